/** Marks the parts whose predictions have been answered, in the table of contents and beside each part. */

import { ROOT } from "../kit/root.js";
import { answeredOf } from "./progress.js";

/** @typedef {ReturnType<typeof import("./progress.js").createProgress>} Kept */

/**
 * @param {Kept} progress
 * @param {import("../kit/types.js").Translate} t
 * @param {string | null} current slug of the open part
 */
export function showContents(progress, t, current) {
  const { said, last } = progress.now();
  /** @type {Set<string>} */
  const done = new Set();
  const items = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("li[data-slug]")]);
  for (const item of items) {
    const slug = item.dataset.slug ?? "";
    const asked = (item.dataset.asks ?? "").split(" ").filter(Boolean);
    const count = answeredOf(said, slug, asked);
    const whole = asked.length > 0 && count === asked.length;
    if (whole) done.add(slug);
    item.classList.toggle("done", whole);
    if (whole) mark(item, "✓", t("answered"));
    else mark(item, count > 0 ? `${count}/${asked.length}` : "", t("{k} of {n} predictions answered", { k: count, n: asked.length }));
  }
  if (current !== null) return;
  const slugs = items.map((item) => item.dataset.slug ?? "");
  const link = document.getElementById("continue");
  const next = last !== null && slugs.includes(last) && !done.has(last) ? last : slugs.find((slug) => !done.has(slug));
  const begun = done.size > 0 || last !== null;
  if (link && begun && next) {
    link.textContent = t("Continue with part {k}", { k: slugs.indexOf(next) + 1 });
    link.setAttribute("href", `${ROOT}/learn/${next}`);
  }
  const state = document.getElementById("progress");
  if (state) state.textContent = done.size > 0 ? t("{k} of {n} parts answered", { k: done.size, n: slugs.length }) : "";
  const forget = document.getElementById("forget");
  if (!forget) return;
  forget.hidden = !begun;
  forget.onclick = () => {
    progress.forget();
    location.reload();
  };
}

/** @param {HTMLElement} item @param {string} sign empty for none @param {string} words */
function mark(item, sign, words) {
  const link = item.querySelector("a");
  item.querySelector(".done-mark")?.remove();
  if (!sign || !link) return;
  const place = document.createElement("span");
  place.className = "done-mark";
  const seen = document.createElement("span");
  seen.setAttribute("aria-hidden", "true");
  seen.textContent = sign;
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.textContent = words;
  place.append(seen, said);
  link.append(place);
}
