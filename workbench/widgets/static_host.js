// What stands in for anywidget in a mailed file: every view finds its state beside it, in JSON,
// and is drawn over the picture that was there. Nothing is fetched, and nothing is sent.

function heldModel(values) {
  return {
    get: (name) => values[name],
    set() {},
    save_changes() {},
    on() {},
    off() {},
  };
}

const DRAWN_BY = { tuner: render, targeting: renderTargeting, shift: renderShift };

for (const place of document.querySelectorAll("figure[data-tuner], figure[data-targeting], figure[data-shift]")) {
  const picture = [...place.children];
  const el = document.createElement("div");
  try {
    const state = JSON.parse(place.querySelector("script").textContent);
    place.append(el);
    const [name] = Object.keys(place.dataset);
    DRAWN_BY[name]({ model: heldModel({ state, ...state }), el });
    for (const part of picture) part.remove();
  } catch (error) {
    el.remove(); // the picture stays
    console.error(error);
  }
}
