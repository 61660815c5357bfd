/** Marks the parts already read, in the table of contents and beside each part. */

import { ROOT } from "../kit/root.js";

/** @typedef {ReturnType<typeof import("./progress.js").createProgress>} Kept */

/**
 * @param {Kept} progress
 * @param {import("../kit/types.js").Translate} t
 * @param {string | null} current slug of the open part
 */
export function showContents(progress, t, current) {
  const { read, last } = progress.now();
  for (const item of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("li[data-slug]"))) {
    const done = read.includes(item.dataset.slug ?? "");
    item.classList.toggle("done", done);
    mark(item, done ? t("read") : "");
  }
  if (current !== null) return;
  const slugs = [...document.querySelectorAll("li[data-slug]")].map((item) => item.getAttribute("data-slug") ?? "");
  const done = slugs.filter((slug) => read.includes(slug)).length;
  const link = document.getElementById("continue");
  const next = last !== null && slugs.includes(last) && !read.includes(last) ? last : slugs.find((slug) => !read.includes(slug));
  if (link && (done > 0 || last !== null) && next) {
    link.textContent = t("Continue with part {k}", { k: slugs.indexOf(next) + 1 });
    link.setAttribute("href", `${ROOT}/learn/${next}`);
  }
  const state = document.getElementById("progress");
  if (state) state.textContent = done > 0 ? t("{k} of {n} parts read", { k: done, n: slugs.length }) : "";
  const forget = document.getElementById("forget");
  if (!forget) return;
  forget.hidden = done === 0 && last === null;
  forget.onclick = () => {
    progress.forget();
    location.reload();
  };
}

/** @param {HTMLElement} item @param {string} words */
function mark(item, words) {
  const link = item.querySelector("a");
  let sign = item.querySelector(".done-mark");
  if (!words) return sign?.remove();
  if (sign || !link) return;
  sign = document.createElement("span");
  sign.className = "done-mark";
  const seen = document.createElement("span");
  seen.setAttribute("aria-hidden", "true");
  seen.textContent = "✓";
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.textContent = words;
  sign.append(seen, said);
  link.append(sign);
}
