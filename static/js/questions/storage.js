/** Answers kept in the browser for the latest sets, and the name for the results. No DOM. */

/** @typedef {import("./answers.js").Given} Given */
/** @typedef {{getItem(key: string): string | null, setItem(key: string, value: string): void}} Storage_ */
/** @typedef {{name: string, sets: {id: string, answers: Record<string, Given>}[]}} Kept */

const KEY = "chainrule.questions";
const MOST = 12;

/** @param {{seed: number, level: number}} set */
const idOf = ({ seed, level }) => `${seed}/${level}`;

/** @param {() => Storage_} storage may throw where storage is forbidden */
export function createQuestionStorage(storage) {
  /** @returns {Kept} */
  function read() {
    try {
      const found = JSON.parse(storage().getItem(KEY) ?? "null");
      return { name: String(found?.name ?? ""), sets: Array.isArray(found?.sets) ? found.sets : [] };
    } catch {
      return { name: "", sets: [] };
    }
  }

  /** @param {Kept} kept */
  function write(kept) {
    try {
      storage().setItem(KEY, JSON.stringify(kept));
    } catch {
      // Without storage the answers are only forgotten.
    }
  }

  return {
    name: () => read().name,
    /** @param {string} name */
    setName: (name) => write({ ...read(), name }),
    /** @param {{seed: number, level: number}} set @returns {Record<string, Given>} */
    answers: (set) => read().sets.find(({ id }) => id === idOf(set))?.answers ?? {},
    /** @param {{seed: number, level: number}} set @param {Record<string, Given>} answers */
    save(set, answers) {
      const { name, sets } = read();
      const others = sets.filter(({ id }) => id !== idOf(set));
      const own = Object.keys(answers).length > 0 ? [{ id: idOf(set), answers }] : [];
      write({ name, sets: [...own, ...others].slice(0, MOST) });
    },
  };
}
