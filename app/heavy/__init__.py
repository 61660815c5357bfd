"""Heavy work: processes that compute answers, and that can be ended in the middle of it."""
