/** Starts the page of runs: the address's run or a new one, its graph, and the parts around it. */

import { mountCellInteraction } from "./figure/cell-interaction.js";
import { mountCopyLink } from "./figure/copy-link.js";
import { createFigure } from "./figure/figure.js";
import { motionDuration } from "./figure/picture/zoom.js";
import { bootState, readState } from "./figure/state.js";
import { createAnnouncer } from "./kit/announce.js";
import { installRadioKeys, mountAppearance } from "./kit/appearance.js";
import { installDecimalComma } from "./kit/decimal-comma.js";
import { createCaller, failureText } from "./kit/http.js";
import { createTranslator, msg } from "./kit/i18n.js";
import { byId, readData } from "./kit/page-data.js";
import { createStore } from "./kit/store.js";
import { mountInspector } from "./panels/inspector.js";
import * as provenance from "./panels/provenance.js";
import { mountTable } from "./panels/table.js";
import { DEFAULTS, readAddress } from "./runs/client/address.js";
import { createRunApi } from "./runs/client/figure-api.js";
import { createRunSession, MOST_RUNS } from "./runs/client/session.js";
import { createRunActions } from "./runs/controls/actions.js";
import { mountRunAddress } from "./runs/controls/address-bar.js";
import { mountRunVoice } from "./runs/controls/announcements.js";
import { mountRunKeys } from "./runs/controls/keys.js";
import { mountRunNotices } from "./runs/controls/notices.js";
import { mountRunChips } from "./runs/controls/run-chips.js";
import { mountRunSettings } from "./runs/controls/settings.js";
import { mountRunSide } from "./runs/controls/side-tabs.js";
import { mountRunBar } from "./runs/controls/training-bar.js";
import { mountRunWalk } from "./runs/controls/walk.js";
import { parts } from "./runs/parts.js";
import { mountRunLive } from "./runs/picture/live.js";
import { mountRunStage } from "./runs/picture/stage.js";
import { mountRunWeights } from "./runs/picture/weights.js";

const { limits, ...boot } = readData("boot");
const defaults = bootState(boot);
const address = mountRunAddress(defaults);
const store = createStore(readState(location.search, defaults), address.changed);
const t = createTranslator(readData("messages"), () => store.get("lang"));
const announce = createAnnouncer(byId("announcer"));
const { call, cancel } = createCaller(() => store.get("lang"));
mountAppearance({ store, t }, msg("Chainrule: a net that learns while you watch"));
installRadioKeys(document);
installDecimalComma(document);

const session = createRunSession({ call, limits, store, t, announce, figure: () => figure.app });
const figure = createFigure(byId("run-graph"), {
  store,
  t,
  announce,
  api: createRunApi(store, () => session, cancel),
  embedded: true,
  notice: byId("notice"),
});

/** Open the runs of the address or of this tab; make one if there is none. */
async function open() {
  const named = readAddress(location.search, MOST_RUNS);
  // Settings in a link ask for such a run: what this tab had before does not replace it.
  const asked = Object.keys(named.options).length > 0;
  const wanted = named.runs.length > 0 ? named.runs : asked ? [] : address.remembered();
  let missing = false;
  for (const id of wanted) if (!(await session.open(id))) missing = true;
  const current = session.runs.find(({ id }) => id === named.run);
  if (current) session.select(current);
  if (named.sample !== null && !missing) session.showImage({ sample: named.sample });
  if (!session.begun) await session.add({ ...DEFAULTS, ...named.options });
  return { missing: named.runs.length > 0 && missing };
}

/** Show why there is no run, with a button to try again. @param {unknown} error */
function showNoRun(error) {
  const why = failureText(error, t);
  const place = byId("run-notice");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "boxed";
  button.textContent = t("Try again");
  button.addEventListener("click", () => {
    place.hidden = true;
    begin();
  });
  const words = document.createElement("p");
  words.append(why, " ", button);
  place.replaceChildren(words);
  place.hidden = false;
}

async function begin() {
  try {
    const { missing } = await open();
    mount(missing);
  } catch (error) {
    showNoRun(error);
  }
}

/** @param {boolean} missing whether a run of the address no longer exists */
function mount(missing) {
  const { app } = figure;
  const actions = createRunActions(session, (run, error) => notices.refuse(run, error));
  const notices = mountRunNotices(session, byId("run-notice"), {
    reset: () => actions.attempt(session.current, () => session.current.act("reset")),
    slower: actions.slower,
    goTo: figure.goTo,
    again: () => actions.attempt(session.current, () => session.replace([session.current], [session.current.options])),
  });
  address.follow(session);
  mountRunChips(session, byId("run-chips"), actions);
  mountRunBar(session, byId("run-bar"), actions);
  mountRunSettings(session, byId("run-controls"), (options) => session.replace([session.current], [options]));
  const side = mountRunSide(session, byId("side-tabs"), byId("run-controls"), byId("run-inspector"));

  const table = byId("table-view");
  function toggleTable() {
    table.hidden = !table.hidden;
    byId("run-graph").inert = !table.hidden;
    table.dispatchEvent(new CustomEvent(table.hidden ? "hide" : "show"));
    return !table.hidden;
  }
  const walk = mountRunWalk(session, byId("stepper"), byId("walk-end"), actions);
  const live = mountRunLive(session, figure, byId("run-graph"), () => side.isInspecting() || !table.hidden);
  const stage = mountRunStage(session, byId("stage-head"), { setThick: live.setThick, toggleTable });
  mountInspector(app, byId("inspector"));
  provenance.mount(app);
  mountCellInteraction(app, byId("run-graph"));
  mountTable(app, table, stage.table);
  mountRunWeights(session, byId("run-weights"));
  byId("zoom-in").addEventListener("click", () => figure.zoom.by(1.3));
  byId("zoom-out").addEventListener("click", () => figure.zoom.by(1 / 1.3));
  byId("zoom-fit").addEventListener("click", () => figure.zoom.fit(motionDuration(), true));
  mountCopyLink(app, address.link);
  mountRunVoice(session);
  mountRunKeys(session, app, { actions, walk, stage, zoom: figure.zoom });
  for (const { host, mount } of parts) mount(session, byId(host));

  // Sticky parts begin below the header, whose height depends on its lines.
  new ResizeObserver(([entry]) => {
    document.documentElement.style.setProperty("--head", `${Math.ceil(entry?.borderBoxSize[0]?.blockSize ?? 0)}px`);
  }).observe(byId("run-head"));
  if (missing) notices.missing();
}

begin();
