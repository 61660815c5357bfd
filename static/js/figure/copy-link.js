/** Copies a link to the current state; long links are saved on the server and shortened. */

/** Length from which some mail and chat programs cut an address. */
const LONG = 1500;

/**
 * Return a short address with the language and theme that the long one names, if it does.
 * @param {URL} short
 * @param {URL} long
 */
function withAppearance(short, long) {
  for (const name of ["lang", "theme"]) {
    const value = long.searchParams.get(name);
    if (value !== null) short.searchParams.set(name, value);
  }
  return short.href;
}

/**
 * @param {import("./types.js").App} app
 * @param {() => string} link
 */
export function mountCopyLink(app, link) {
  const button = /** @type {HTMLElement} */ (document.getElementById("copy-link"));
  const notice = /** @type {HTMLElement} */ (document.getElementById("notice"));
  let timer = 0;

  /** @param {string} text @param {string} [address] */
  function say(text, address) {
    clearTimeout(timer);
    notice.hidden = false;
    notice.replaceChildren(text);
    if (address) {
      const field = document.createElement("input");
      field.type = "text";
      field.readOnly = true;
      field.value = address;
      field.setAttribute("aria-label", app.t("Link"));
      notice.append(field);
      field.select();
      field.addEventListener("blur", () => (notice.hidden = true), { once: true });
      return;
    }
    timer = window.setTimeout(() => (notice.hidden = true), 2500);
  }

  button.addEventListener("click", async () => {
    let address = link();
    if (address.length > LONG) {
      const short = await app.api.share().catch(() => null);
      if (short) address = withAppearance(new URL(short.url, location.href), new URL(address));
    }
    try {
      await navigator.clipboard.writeText(address);
      say(app.t("Link copied."));
    } catch {
      // Without clipboard permission the person copies the link by hand.
      say(app.t("Copy this link:"), address);
    }
  });
}
