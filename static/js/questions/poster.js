/** Shows the number of a set in large, for a class to type. */

import { make } from "../kit/element.js";

/**
 * @param {import("../kit/types.js").Translate} t
 * @param {{seed: number, title: string, link: string}} set
 */
export function showPoster(t, { seed, title, link }) {
  const close = make("button", { type: "button", class: "boxed" }, t("Close"));
  const poster = make(
    "dialog",
    { class: "question-poster", "aria-label": t("The set's number") },
    make("p", { class: "poster-title" }, title),
    make("p", { class: "poster-seed" }, String(seed)),
    make("p", { class: "poster-link" }, link.replace(/^https?:\/\//, "")),
    close,
  );
  close.addEventListener("click", () => poster.close());
  poster.addEventListener("close", () => poster.remove());
  document.body.append(poster);
  poster.showModal();
}
