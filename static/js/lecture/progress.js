/** The predictions made, and the part opened last, kept in the browser. */

/**
 * @typedef {object} Progress
 * @property {Record<string, Said>} said by `slug/prediction`
 * @property {string | null} last slug of the part opened last
 */
/** @typedef {{text: string, right: boolean | null}} Said `right` is null without a prediction */

const KEY = "chainrule.lecture";

/**
 * Read stored progress; anything unreadable counts as none.
 * @param {string | null} text
 * @returns {Progress}
 */
export function readProgress(text) {
  /** @type {unknown} */
  let kept = null;
  try {
    kept = JSON.parse(text ?? "null");
  } catch {
    // Not our text: nothing is known.
  }
  const { said, last } = /** @type {Record<string, unknown>} */ (typeof kept === "object" && kept ? kept : {});
  const sayings = Object.entries(typeof said === "object" && said ? said : {}).filter(
    ([, item]) => typeof item?.text === "string" && [true, false, null].includes(item.right),
  );
  return {
    said: Object.fromEntries(sayings),
    last: typeof last === "string" ? last : null,
  };
}

/**
 * Count the predictions of a part that a person has answered, right or wrong; one that was only shown is none.
 * @param {Progress["said"]} said
 * @param {string} slug
 * @param {string[]} asked ids of its predictions
 */
export const answeredOf = (said, slug, asked) => asked.filter((id) => typeof said[`${slug}/${id}`]?.right === "boolean").length;

/** @param {Storage} [storage] */
export function createProgress(storage = localStorage) {
  /** @returns {Progress} including what other tabs wrote */
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
      // Without storage progress is only forgotten.
    }
  }

  return {
    now,
    /** @param {string} slug */
    open: (slug) => keep({ last: slug }),
    /** @param {string} key @param {Said | null} said null removes it */
    say(key, said) {
      const { [key]: _, ...others } = now().said;
      keep({ said: said ? { ...others, [key]: said } : others });
    },
    forget() {
      try {
        storage.removeItem(KEY);
      } catch {
        // Then there is nothing to forget.
      }
    },
  };
}
