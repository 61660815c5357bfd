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
  /** Counts the questions opened; an answer of the server for an earlier one is kept, but no longer shown. */
  let round = 0;
  /** Counts the loads of sets; what the server says of an earlier one is dropped. */
  let visit = 0;
  /** The newest load that was asked for, and its set. */
  let asked = { turn: 0, wanted };
  /** The answers being judged. @type {Set<Promise<unknown>>} */
  const judging = new Set();
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

  /** @param {string} blank @param {string} typed @returns {Promise<Checked | null>} */
  async function judge(blank, typed) {
    const [index, mine, here] = [at, round, visit];
    const checked = await api.check(placeOf(blank), typed);
    if (here !== visit) return null;
    answers.take(index, blank, typed, checked, clock.seconds(index));
    if (checked.text !== null) answers.of(index, blank).typed = checked.text;
    storage.save(set, answers.kept());
    if (mine !== round) return null;
    feedback.set(blank, checked);
    return checked;
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
     * @returns {Promise<boolean>} false if another load was asked for meanwhile
     */
    async load(change = {}) {
      const mine = { turn: asked.turn + 1, wanted: { ...asked.wanted, ...change } };
      asked = mine;
      try {
        const fetched = await api.set(mine.wanted);
        const kept = createAnswers(fetched.questions, storage.answers(fetched));
        const taken = await hintsTaken(fetched, kept);
        if (mine !== asked) return false;
        [wanted, set, answers, hints] = [mine.wanted, fetched, kept, taken];
      } catch (error) {
        if (mine === asked) asked = { ...asked, wanted };
        throw error;
      }
      visit += 1;
      round += 1;
      clock.reset();
      at = answers.nextOpen(0) ?? 0;
      return true;
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
      api.cancelCheck(placeOf(blank));
      answers.clear(at, blank);
      feedback.delete(blank);
    },

    /** Forget all answers to the set. */
    forget() {
      visit += 1;
      round += 1;
      storage.save(set, {});
    },

    /** Wait until each answer given so far is judged, or its call has failed. */
    judged: () => Promise.allSettled(judging),

    /**
     * Let the server check an answer.
     * @param {string} blank
     * @param {string} typed
     * @returns {Promise<Checked | null>} null if another question has been opened meanwhile
     */
    check(blank, typed) {
      const judged = judge(blank, typed);
      judging.add(judged);
      const done = () => judging.delete(judged);
      judged.then(done, done);
      return judged;
    },

    /**
     * Take the next hint for a blank, or its answer after the last hint.
     * @param {string} blank
     * @param {(text: string) => string} answerWords words for the answer
     * @returns {Promise<{answer: string | null} | null>} the answer's words, if it is shown; null if another question
     *   has been opened meanwhile
     */
    async hint(blank, answerWords) {
      const [index, mine, here] = [at, round, visit];
      const taken = hintsOf(blank);
      /** @type {string | null} */
      let answer = null;
      if (taken.length >= set.stages) {
        const { text } = await api.answer(placeOf(blank));
        if (here !== visit) return null;
        answers.giveUp(index, blank, text, clock.seconds(index));
        answer = answerWords(text);
        if (mine === round) feedback.set(blank, { verdict: "shown", said: { ko: answer, en: answer }, mistake: null, text });
      } else {
        const hint = await api.hint(placeOf(blank), taken.length + 1);
        if (here !== visit) return null;
        hints.set(`${index} ${blank}`, [...taken, hint]);
        answers.of(index, blank).hints = taken.length + 1;
      }
      storage.save(set, answers.kept());
      return mine === round ? { answer } : null;
    },
  };
}
