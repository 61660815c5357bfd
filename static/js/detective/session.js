/** One visit to the detective: the set, its open case, checks and verdicts. No DOM. */

/** @typedef {import("./api.js").Case} Case */
/** @typedef {import("./api.js").Checked} Checked */
/** @typedef {import("./api.js").Verdict} Verdict */
/** @typedef {import("../questions/address.js").Wanted} Wanted */
/** @typedef {{token: string, checks: Checked[], verdict: Verdict | null}} File_ what was done in a case */

const KEY = "chainrule.detective";
/** Sets that the browser keeps. */
const MOST = 12;

/** @param {() => {getItem(key: string): string | null, setItem(key: string, value: string): void}} storage may throw */
export function createDetectiveStorage(storage) {
  /** @returns {{id: string, files: Record<string, File_>}[]} */
  function read() {
    try {
      const found = JSON.parse(storage().getItem(KEY) ?? "[]");
      return Array.isArray(found) ? found : [];
    } catch {
      return [];
    }
  }
  const idOf = (/** @type {Wanted} */ { seed, level }) => `${seed}/${level}`;
  return {
    /** @param {Wanted} wanted @returns {Record<string, File_>} by index */
    files: (wanted) => read().find(({ id }) => id === idOf(wanted))?.files ?? {},
    /** @param {Wanted} wanted @param {Record<string, File_>} files */
    save(wanted, files) {
      const others = read().filter(({ id }) => id !== idOf(wanted));
      const own = Object.keys(files).length > 0 ? [{ id: idOf(wanted), files }] : [];
      try {
        storage().setItem(KEY, JSON.stringify([...own, ...others].slice(0, MOST)));
      } catch {
        // Without storage the cases are only forgotten.
      }
    },
  };
}

/**
 * @param {Pick<ReturnType<typeof import("./api.js").createDetectiveApi>, "open" | "check" | "accuse">} api
 * @param {ReturnType<typeof createDetectiveStorage>} storage
 * @param {Wanted} wanted the set to open first
 */
export function createDetectiveSession(api, storage, wanted) {
  /** @type {Case} */
  let current;
  /** @type {Record<string, File_>} */
  let files = storage.files(wanted);
  /** Counts what was opened: an answer for an earlier case is kept with it, and no longer shown. */
  let round = 0;

  const fileOf = (/** @type {number} */ index) => files[index];
  const here = () => /** @type {File_} */ (fileOf(current.index));

  const session = {
    get wanted() {
      return wanted;
    },
    get case() {
      return current;
    },
    get place() {
      return { seed: wanted.seed, level: wanted.level, index: current.index };
    },
    get checks() {
      return here().checks;
    },
    get verdict() {
      return here().verdict;
    },
    /** @param {number} index */
    verdictOf: (index) => fileOf(index)?.verdict ?? null,
    /** Return the first case without a verdict. */
    firstOpen: () => Array.from({ length: wanted.count }, (_, k) => k).find((k) => !session.verdictOf(k)) ?? 0,
    done: () => Array.from({ length: wanted.count }, (_, k) => k).every((k) => session.verdictOf(k) !== null),

    /** @param {number} index @returns {"open" | "begun" | "done" | "clean"} `clean`: found within par */
    progress(index) {
      const file = fileOf(index);
      if (file?.verdict) return file.verdict.verdict === "found" && file.verdict.checks <= file.verdict.par ? "clean" : "done";
      return file && file.checks.length > 0 ? "begun" : "open";
    },
    points: () => Object.values(files).reduce((sum, { verdict }) => sum + (verdict?.points ?? 0), 0),

    /**
     * Open a case, of another set if `change` names one; what was done in it before is there again.
     * @param {number | null} index by default the first one without a verdict
     * @param {Partial<Wanted>} [change]
     * @returns {Promise<boolean>} false if another one was opened meanwhile
     */
    async open(index, change) {
      const mine = ++round;
      const next = { ...wanted, ...change };
      const kept = change ? storage.files(next) : files;
      const first = Array.from({ length: next.count }, (_, k) => k).find((k) => !kept[k]?.verdict) ?? 0;
      const opened = await api.open({ seed: next.seed, level: next.level, index: index ?? first });
      if (mine !== round) return false;
      [wanted, files, current] = [next, kept, opened];
      files[opened.index] ??= { token: opened.token, checks: [], verdict: null };
      return true;
    },

    /** Spend a check; the same node again costs nothing. @param {string} node @returns {Promise<Checked | null>} */
    async check(node) {
      const known = here().checks.find((one) => one.node === node);
      if (known) return known;
      const [mine, file, set] = [round, here(), wanted];
      const checked = await api.check(file.token, node);
      file.token = checked.token;
      file.checks.push(checked);
      storage.save(set, files);
      return mine === round ? checked : null;
    },

    /** Close the case. @param {string} node @param {string | null} kind @returns {Promise<Verdict | null>} */
    async accuse(node, kind) {
      const [mine, file, set] = [round, here(), wanted];
      const verdict = await api.accuse(file.token, node, kind);
      Object.assign(file, { token: verdict.token, verdict });
      storage.save(set, files);
      return mine === round ? verdict : null;
    },

    /** Forget what was done in the open case alone, as after the server has started anew. */
    restart() {
      files[current.index] = { token: current.token, checks: [], verdict: null };
      storage.save(wanted, files);
    },

    /** Forget the whole set. */
    forget() {
      files = {};
      storage.save(wanted, files);
    },
  };
  return session;
}
