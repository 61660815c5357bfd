/** The results of a set as CSV for a spreadsheet, one row per blank. No DOM. */

/** @typedef {import("./api.js").QuestionSet} QuestionSet */
/** @typedef {ReturnType<typeof import("./answers.js").createAnswers>} Answers */

/** Byte order mark: without it spreadsheets in Korean do not read UTF-8. */
const MARK = "\ufeff";

/**
 * Format a cell: quoted if needed, and never a formula.
 * @param {string | number | null} value
 */
export function cell(value) {
  let text = value === null ? "" : String(value);
  const number = /^[-+]?[\d.,/]+(e[-+]?\d+)?$/i.test(text);
  if (typeof value === "string" && /^[=+\-@\t\r]/.test(text) && !number) text = `'${text}`;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param {import("./answers.js").Given} given */
export function resultOf({ state, tries, hints }) {
  if (state === "found") return tries === 0 && hints === 0 ? "first try" : "right";
  if (state === "shown") return "shown";
  // What could not be read cost no try.
  if (state === "wrong") return tries === 0 ? "unreadable" : "wrong";
  return "empty";
}

const COLUMNS = [
  "name", "seed", "level", "question", "title", "blank", "id", "answer", "right", "result", "wrong tries", "hints",
  "mistakes", "seconds", "score", "first tries", "blanks", "time",
];

/**
 * @param {QuestionSet} set
 * @param {Answers} answers
 * @param {{name: string, time: Date, lang: import("../kit/types.js").Language}} about
 */
export function csvOf(set, answers, { name, time, lang }) {
  const { found, clean, total } = answers.score();
  const rows = set.questions.flatMap(({ index, title, blanks }) =>
    blanks.map((blank) => {
      const given = answers.of(index, blank.id);
      return [
        name, set.seed, set.level, index + 1, title[lang], blank.name[lang], blank.id, given.typed, given.text,
        resultOf(given), given.tries, given.hints, given.mistakes.join(" "),
        given.seconds === null ? null : Math.round(given.seconds), found, clean, total, time.toISOString(),
      ];
    }),
  );
  return csvText(COLUMNS, rows);
}

/**
 * Write a table as a spreadsheet reads it.
 * @param {readonly string[]} columns
 * @param {readonly (readonly (string | number | null)[])[]} rows
 */
export const csvText = (columns, rows) => MARK + [columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";

/**
 * Return the file's name: letters of any language, digits and hyphens.
 * @param {{seed: number, level: number}} set
 * @param {string} name
 */
export function fileName({ seed, level }, name) {
  const plain = name.normalize("NFC").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  return `chainrule-${seed}-${level}${plain && `-${plain}`}.csv`;
}
