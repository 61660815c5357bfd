/** What somebody has read and predicted, kept in the browser. */

/**
 * @typedef {object} Progress
 * @property {string[]} read slugs of parts read to their end
 * @property {Record<string, Said>} said by `slug/prediction`
 * @property {string | null} last slug of the part opened last
 */
/** @typedef {{text: string, right: boolean | null}} Said `right` is null where nothing was predicted */

const KEY = "chainrule.lecture";

/**
 * What was kept, whatever it is, as progress.
 * @param {string | null} text
 * @returns {Progress}
 */
export function readProgress(text) {
  /** @type {unknown} */
  let kept = null;
  try {
    kept = JSON.parse(text ?? "null");
  } catch {
    // Somebody else's text: nothing is known then.
  }
  const { read, said, last } = /** @type {Record<string, unknown>} */ (typeof kept === "object" && kept ? kept : {});
  const sayings = Object.entries(typeof said === "object" && said ? said : {}).filter(
    ([, item]) => typeof item?.text === "string" && [true, false, null].includes(item.right),
  );
  return {
    read: Array.isArray(read) ? read.filter((slug) => typeof slug === "string") : [],
    said: Object.fromEntries(sayings),
    last: typeof last === "string" ? last : null,
  };
}

/** @param {Storage} [storage] */
export function createProgress(storage = localStorage) {
  /** @returns {Progress} what other tabs wrote too */
  function now() {
    try {
      return readProgress(storage.getItem(KEY));
    } catch {
      return readProgress(null);
    }
  }

  /** @param {Partial<Progress>} patch */
  function keep(patch) {
    try {
      storage.setItem(KEY, JSON.stringify({ ...now(), ...patch }));
    } catch {
      // Without storage the page only forgets.
    }
  }

  return {
    now,
    /** @param {string} slug */
    open: (slug) => keep({ last: slug }),
    /** @param {string} slug */
    finish(slug) {
      const { read } = now();
      if (!read.includes(slug)) keep({ read: [...read, slug] });
    },
    /** @param {string} key @param {Said | null} said null takes it back */
    say(key, said) {
      const { [key]: _, ...others } = now().said;
      keep({ said: said ? { ...others, [key]: said } : others });
    },
    forget() {
      try {
        storage.removeItem(KEY);
      } catch {
        // There is nothing to forget then.
      }
    },
  };
}
