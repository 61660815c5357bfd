"""What any web service needs: errors, security, metrics, caching, the API document, languages."""
