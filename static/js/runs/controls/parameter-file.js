/** The net's parameters as a file: downloaded, and uploaded again by button or drag and drop. */

import { icon, make } from "../../kit/element.js";
import { ApiProblem, isAbort } from "../../kit/http.js";

const SAVE = "M10 3v9 M6.5 8.5 10 12l3.5-3.5 M4 13.5V16h12v-2.5";

/**
 * Return names and shapes of a net's parameters, from the tensors of a frame.
 * @param {readonly {name: string, of: string, whole: number[]}[]} tensors
 */
export function parameterShapes(tensors) {
  return tensors
    .filter(({ name, of }) => of === "value" && /^[Wb]\d+$/.test(name))
    .map(({ name, whole }) => `${name} (${whole.join(", ")}${whole.length === 1 ? "," : ""})`);
}

/** @param {number} bytes */
export const sizeText = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** @type {import("../client/types.js").MountPart} */
export function mount(session, host) {
  const { t, store, announce } = session;
  /** Result of the last upload. @type {{file: File, step: number} | {file: File, problem: string} | null} */
  let outcome = null;
  let busy = false;

  const about = make("p", { class: "about" });
  const shapes = make("p", { class: "shapes" });
  const save = make("a", { class: "button boxed", download: "" });
  const input = make("input", { type: "file", accept: ".npz", class: "visually-hidden", tabindex: -1, "aria-hidden": "true" });
  const choose = make("button", { type: "button", class: "boxed" });
  const dropWords = make("span", { class: "muted" });
  const status = make("p", { role: "status" });
  const error = make("div", { class: "problem", role: "alert", hidden: true });
  const drop = make("div", { class: "drop" }, choose, dropWords, input);
  host.classList.add("params");
  host.append(about, shapes, make("div", { class: "params-row" }, save, drop), error, status);
  choose.setAttribute("aria-describedby", "params-error");
  error.id = "params-error";

  /** @param {File | undefined} file */
  async function upload(file) {
    if (!file || busy) return;
    const run = session.current;
    busy = true;
    show();
    try {
      outcome = { file, problem: await refusal(file) };
      if (outcome.problem === "") {
        const { step } = await run.loadParams(file);
        outcome = { file, step };
      }
    } catch (problem) {
      if (isAbort(problem)) return;
      outcome = { file, problem: problem instanceof ApiProblem || problem instanceof Error ? problem.message : String(problem) };
    } finally {
      busy = false;
      input.value = "";
      show();
    }
    if (!("problem" in outcome)) announce(status.textContent ?? "");
  }

  /**
   * Return what is wrong with a file without asking the server: an .npz starts as a zip archive does.
   * @param {File} file
   */
  async function refusal(file) {
    const [p, k] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
    if (p === 0x50 && k === 0x4b) return "";
    return file.size === 0 ? t("The file is empty.") : t("This is not an .npz file. Choose one downloaded here or saved by numpy.savez.");
  }

  let shown = "";
  /** Show the current shapes; the last ones stay while frames carry no tensors. */
  function showShapes() {
    const found = parameterShapes(session.current.frame?.tensors ?? []);
    if (found.length === 0 || found.join() === shown) return;
    shown = found.join();
    shapes.replaceChildren(...found.map((shape) => make("code", {}, shape)));
  }

  function show() {
    about.textContent = t("All weights and biases as they are now, in float32, as one file for numpy.load. Upload it, and the net goes on from there.");
    showShapes();
    save.href = session.current.paramsUrl;
    drop.hidden = !session.current.own;
    save.replaceChildren(icon(SAVE), t("Download .npz"));
    choose.textContent = busy ? t("Loading…") : t("Upload a file…");
    choose.setAttribute("aria-disabled", String(busy));
    dropWords.textContent = t("or drop it here");
    const problem = outcome && "problem" in outcome && outcome.problem;
    error.hidden = !problem;
    if (problem) error.replaceChildren(make("strong", {}, outcome?.file.name), make("p", {}, problem), make("p", { class: "muted" }, t("The net is unchanged.")));
    status.hidden = !outcome || "problem" in outcome;
    if (outcome && "step" in outcome) {
      status.textContent = t("Loaded {name} ({size}) at step {step}.", { name: outcome.file.name, size: sizeText(outcome.file.size), step: outcome.step.toLocaleString("en-US") });
    }
  }

  choose.addEventListener("click", () => !busy && input.click());
  input.addEventListener("change", () => void upload(input.files?.[0]));
  let inside = 0;
  const holdsFile = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
  drop.addEventListener("dragenter", (event) => {
    if (!holdsFile(event)) return;
    inside += 1;
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => {
    inside = Math.max(0, inside - 1);
    drop.classList.toggle("over", inside > 0);
  });
  drop.addEventListener("dragover", (event) => holdsFile(event) && event.preventDefault());
  drop.addEventListener("drop", (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    inside = 0;
    drop.classList.remove("over");
    void upload(event.dataTransfer?.files[0]);
  });

  session.on("current", () => {
    outcome = null;
    show();
  });
  session.on("frame", showShapes);
  store.subscribe(["lang"], show);
  show();
}
