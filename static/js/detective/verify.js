/** For a teacher: files of results read, and each result checked against its signature. */

import { make } from "../kit/element.js";
import { failureText, isAbort } from "../kit/http.js";
import { signedIn } from "./results.js";

/** Results asked about in one call. */
const AT_ONCE = 200;

/**
 * @param {import("../kit/types.js").Translate} t
 * @param {ReturnType<typeof import("./api.js").createDetectiveApi>} api
 */
export function verifyPart(t, api) {
  const input = make("input", { type: "file", accept: ".csv,text/csv", multiple: true, id: "detective-files" });
  const place = make("div", { role: "status" });

  async function verify() {
    const files = [...(input.files ?? [])];
    const rows = (await Promise.all(files.map(async (file) => signedIn(await file.text()).map((row) => ({ ...row, file: file.name }))))).flat();
    /** @type {((import("./api.js").Result & {id: string}) | null)[]} */
    const results = [];
    for (let first = 0; first < rows.length; first += AT_ONCE) {
      const { results: some } = await api.results(rows.slice(first, first + AT_ONCE).map(({ token }) => token));
      results.push(...some);
    }
    const owners = new Map();
    rows.forEach(({ file }, k) => {
      const id = results[k]?.id;
      if (id) owners.set(id, new Set([...(owners.get(id) ?? []), file]));
    });
    const words = { found: t("found"), place: t("place only"), wrong: t("not found") };
    const heads = [t("File"), t("Name"), t("Case"), t("Result"), t("Checks"), t("Points"), t("Seconds"), t("Signature")];
    place.replaceChildren(
      rows.length === 0
        ? make("p", {}, t("No results are in there."))
        : make(
            "div",
            { class: "table-scroll", tabindex: 0, role: "group", "aria-label": t("Verified results") },
            make(
              "table",
              { class: "figure-table" },
              make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head)))),
              make(
                "tbody",
                {},
                rows.map(({ file, name }, k) => {
                  const result = results[k];
                  const told = !result ? t("not genuine") : (owners.get(result.id)?.size ?? 0) > 1 ? t("also in another file") : t("genuine");
                  const cells = result
                    ? [`${result.seed}/${result.level}/${result.index + 1}`, words[result.verdict], `${result.checks} / ${result.par}`, result.points, result.seconds]
                    : ["", "", "", "", ""];
                  return make("tr", {}, [file, name, ...cells, told].map((text) => make("td", {}, String(text))));
                }),
              ),
            ),
          ),
    );
  }

  input.addEventListener("change", () =>
    verify().catch((error) => {
      if (!isAbort(error)) place.replaceChildren(make("p", {}, failureText(error, t)));
    }),
  );
  return make(
    "details",
    { class: "case-verify" },
    make("summary", {}, t("For teachers: verify results")),
    make("p", { class: "muted" }, t("The server signs each result. Name and file are the student's words; the rest is told by the signature.")),
    make("p", {}, make("label", { for: "detective-files" }, t("Files of results")), " ", input),
    place,
  );
}
