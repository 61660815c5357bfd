/** One visit to the questions: the set, the open question, answers, feedback and hints. No DOM. */

import { createAnswers } from "./answers.js";

/** @typedef {import("./address.js").Wanted} Wanted */
/** @typedef {import("./api.js").Checked} Checked */
/** @typedef {import("./api.js").Hint} Hint */
/** @typedef {import("./api.js").Question} Question */
/** @typedef {import("./api.js").QuestionSet} QuestionSet */
/** @typedef {ReturnType<typeof createAnswers>} Answers */

/**
 * @param {object} parts
 * @param {ReturnType<typeof import("./api.js").createQuestionApi>} parts.api
 * @param {ReturnType<typeof import("./storage.js").createQuestionStorage>} parts.storage
 * @param {ReturnType<typeof import("./clock.js").createQuestionClock>} parts.clock
 * @param {Wanted} wanted the set to load first
 */
export function createQuestionSession({ api, storage, clock }, wanted) {
  /** @type {QuestionSet} */
  let set;
  /** @type {Answers} */
  let answers;
  /** Index of the open question. */
  let at = 0;
  /** Counts the questions opened; an answer of the server for an earlier one is dropped. */
  let round = 0;
  /** Feedback on the last answer to each blank of the open question. @type {Map<string, Checked>} */
  let feedback = new Map();
  /** Hints taken, by question and blank. @type {Map<string, Hint[]>} */
  let hints = new Map();

  const placeOf = (/** @type {string} */ blank) => ({ seed: set.seed, level: set.level, index: at, blank });
  const hintsOf = (/** @type {string} */ blank) => hints.get(`${at} ${blank}`) ?? [];

  /**
   * Fetch again the hints taken before the page was reloaded.
   * @param {QuestionSet} set
   * @param {Answers} answers
   * @returns {Promise<Map<string, Hint[]>>}
   */
  async function hintsTaken({ seed, level, stages, questions }, answers) {
    const places = questions
      .flatMap(({ index, blanks }) => blanks.map(({ id }) => ({ seed, level, index, blank: id })))
      .filter(({ index, blank }) => answers.of(index, blank).hints > 0);
    const fetched = places.map(async (place) => {
      const count = Math.min(answers.of(place.index, place.blank).hints, stages);
      const taken = await Promise.all(Array.from({ length: count }, (_, k) => api.hint(place, k + 1)));
      return /** @type {const} */ ([`${place.index} ${place.blank}`, taken]);
    });
    return new Map(await Promise.all(fetched));
  }

  return {
    get set() {
      return set;
    },
    get wanted() {
      return wanted;
    },
    get answers() {
      return answers;
    },
    get at() {
      return at;
    },
    get question() {
      return /** @type {Question} */ (set.questions[at]);
    },
    /** Return the answer given to a blank of the open question. @param {string} blank */
    given: (blank) => answers.of(at, blank),
    /** @param {string} blank @returns {Checked | null} */
    feedbackOn: (blank) => feedback.get(blank) ?? null,
    hintsOf,

    /**
     * Load a set with the answers and hints of an earlier visit, at its first open question.
     * @param {Partial<Wanted>} [change]
     */
    async load(change = {}) {
      const next = { ...wanted, ...change };
      const fetched = await api.set(next);
      const kept = createAnswers(fetched.questions, storage.answers(fetched));
      const taken = await hintsTaken(fetched, kept);
      [wanted, set, answers, hints] = [next, fetched, kept, taken];
      round += 1;
      clock.reset();
      at = answers.nextOpen(0) ?? 0;
    },

    /** Open a question, without feedback. @param {number} index */
    open(index) {
      at = index;
      round += 1;
      feedback = new Map();
      clock.open(index);
    },

    /** Empty a blank. @param {string} blank */
    clear(blank) {
      answers.clear(at, blank);
      feedback.delete(blank);
    },

    /** Forget all answers to the set. */
    forget() {
      storage.save(set, {});
    },

    /**
     * Let the server check an answer.
     * @param {string} blank
     * @param {string} typed
     * @returns {Promise<Checked | null>} null if another question has been opened meanwhile
     */
    async check(blank, typed) {
      const [index, mine] = [at, round];
      const checked = await api.check(placeOf(blank), typed);
      if (mine !== round) return null;
      feedback.set(blank, checked);
      answers.take(index, blank, typed, checked, clock.seconds(index));
      if (checked.text !== null) answers.of(index, blank).typed = checked.text;
      storage.save(set, answers.kept());
      return checked;
    },

    /**
     * Take the next hint for a blank, or its answer after the last hint.
     * @param {string} blank
     * @param {(text: string) => string} answerWords words for the answer
     * @returns {Promise<{answer: string | null} | null>} the answer's words, if it is shown; null if another question
     *   has been opened meanwhile
     */
    async hint(blank, answerWords) {
      const [index, mine] = [at, round];
      const taken = hintsOf(blank);
      /** @type {string | null} */
      let answer = null;
      if (taken.length >= set.stages) {
        const { text } = await api.answer(placeOf(blank));
        if (mine !== round) return null;
        answers.giveUp(index, blank, text, clock.seconds(index));
        answer = answerWords(text);
        feedback.set(blank, { verdict: "shown", said: { ko: answer, en: answer }, mistake: null, text });
      } else {
        const hint = await api.hint(placeOf(blank), taken.length + 1);
        if (mine !== round) return null;
        hints.set(`${index} ${blank}`, [...taken, hint]);
        answers.of(index, blank).hints = taken.length + 1;
      }
      storage.save(set, answers.kept());
      return { answer };
    },
  };
}
