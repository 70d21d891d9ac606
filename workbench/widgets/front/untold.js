// What stands in the place of panels whose numbers are not known.
import { tellsNothing } from "./between.js";
import { make } from "./drawing.js";
import { say } from "./language.js";
import { settingOf } from "./words.js";

export const OF_OUTCOMES = ["lift", "calibration", "profit"];
export const PANELS = ["loss", "campaigns", "coefficients", "reliance", ...OF_OUTCOMES];
const MOST_SETTINGS = 6;

function titleOf(panel) {
  return {
    lift: say("Lift"),
    calibration: say("Calibration"),
    profit: say("Profit"),
    loss: say("Loss"),
    campaigns: say("Campaigns"),
    coefficients: say("Coefficients"),
    reliance: say("What the score depends on"),
  }[panel];
}

/** The panels of which an exact refit may say anything else: none of them is shown. */
export function untoldOf(answer, evidence, about) {
  if (answer.errors === null) return PANELS;
  const errors = (name) => (OF_OUTCOMES.includes(name) ? evidence?.errors : answer.errors);
  return PANELS.filter((name) => tellsNothing(name, errors(name), about));
}

/** One place for all panels of which nothing is shown; a way back where `moved`. */
export function untoldPanel(names, { far, moved, go }) {
  if (!names.length) return null;
  const sentence = far
    ? say("So far from the fit no number is near an exact refit, so none is shown. In the notebook it is refitted.")
    : say("Here an exact refit may say anything else, so nothing is shown. In the notebook it is refitted.");
  const title = say("{panel}: not known here", { panel: names.map(titleOf).join(", ") });
  return unknownPanel(title, sentence, moved ? ["tuned"] : [], go);
}

/** In place of a panel of outcomes that are not known under these penalties; null where they are. */
export function elsewherePanel(name, evidence, go) {
  if (!OF_OUTCOMES.includes(name) || !evidence || evidence.bins) return null;
  const [first, ...others] = evidence.stored;
  const along = others.filter((one) => one !== "uniform" && one !== "mine").length;
  const named = [first, ...others].map(settingOf);
  const more = named.length - MOST_SETTINGS;
  const settings = (more > 0 ? [...named.slice(0, MOST_SETTINGS), say("{count} more", { count: more })] : named).join(", ");
  const sentence = along
    ? say("Not known under these penalties. Known at {settings}, and between steps of the same group only: contacts do not leave the notebook.", { settings })
    : say("Not known under these penalties. Known at {settings} only: contacts do not leave the notebook.", { settings });
  return unknownPanel(say("{panel}: not known under these penalties", { panel: titleOf(name) }), sentence, [first], go);
}

function unknownPanel(title, sentence, names, go) {
  const ways = names.map((name) => {
    const way = make("button", { type: "button", "data-known": name }, say("Go to {setting}", { setting: settingOf(name) }));
    way.addEventListener("click", () => go(name));
    return way;
  });
  return { title, nodes: [make("p", { class: "unknown" }, sentence), make("div", { class: "buttons" }, ...ways)] };
}
