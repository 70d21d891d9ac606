// A button beside every table and picture: it keeps what is shown, as CSV or PNG, without a request.
(() => {
  const words = WORDS;
  const marks = MARKS;
  const english = (text) => text.trim().replace(/\u2212/g, "-").replace(/\u00a0%$/, "%")
    .replace(/[.,\u2019]/g, (mark) => (mark === marks.decimal ? "." : mark === marks.group ? "," : mark));
  const plain = (text) => {
    const shown = english(text);
    if (shown === "\u2013" || text.trim() === words.absent) return "";
    if (!/^[-+]?[\d,]*\.?\d+(e[-+]?\d+)?%?$/i.test(shown)) return null;
    const digits = shown.replace(/[,%+]/g, "");
    if (!shown.endsWith("%")) return digits;
    const places = (digits.split(".")[1] || "").length + 2; // no digit more than is shown
    return (Number(digits) / 100).toFixed(places);
  };
  // what a spreadsheet would run as a formula is text
  const quoted = (text) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replace(/"/g, '""')}"`;
  const written = (cell) => {
    const text = cell.textContent.trim();
    const isNumber = cell.classList.contains("number") && cell.tagName === "TD";
    const number = isNumber ? plain(text) : null; // a name of digits stays a name
    return number === null ? quoted(text) : number;
  };
  const csv = (table) => [...table.rows]
    .filter((row) => !row.hidden)
    .map((row) => [...row.cells].map(written).join(","))
    .join("\r\n");
  const named = (place, ending) => {
    const section = place.closest("details");
    const heading = section && section.querySelector("summary");
    const caption = place.querySelector("caption") || heading || document.querySelector("h1");
    const called = (caption ? caption.textContent : document.title).trim().toLowerCase();
    return `${called.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "kept"}.${ending}`;
  };
  const save = (href, name) => {
    const link = document.createElement("a");
    link.href = href;
    link.download = name;
    link.click();
  };
  const button = (place, text, words, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "keep";
    made.textContent = text;
    made.setAttribute("aria-label", words);
    made.addEventListener("click", act);
    if (place.closest(".pictures, .trends")) place.append(made);
    else place.after(made);
  };
  for (const place of document.querySelectorAll("div.table")) {
    const table = place.querySelector("table");
    button(place, "CSV", words.table, () => {
      const url = URL.createObjectURL(new Blob(["\ufeff", csv(table), "\r\n"], { type: "text/csv" }));
      save(url, named(place, "csv"));
      setTimeout(() => URL.revokeObjectURL(url), 10000);
    });
  }
  for (const picture of document.querySelectorAll("figure:not([data-tuner], [data-targeting], [data-shift]) > img")) {
    const ending = picture.src.startsWith("data:image/svg") ? "svg" : "png";
    button(picture.parentElement, ending.toUpperCase(), words.picture, () => save(picture.src, named(picture.parentElement, ending)));
  }
})();
