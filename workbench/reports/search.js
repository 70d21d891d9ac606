// Puts a search field above every table of class "searchable"; a row stays if it holds every word.
(() => {
  const words = WORDS;
  for (const table of document.querySelectorAll("table.searchable:not([data-search])")) {
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const field = document.createElement("input");
    const found = document.createElement("output");
    const search = () => {
      const wanted = field.value.toLowerCase().split(/\s+/);
      rows.forEach((row, k) => { row.hidden = !wanted.every((word) => texts[k].includes(word)); });
      const counts = { n: rows.filter((row) => !row.hidden).length, all: rows.length };
      found.textContent = words.found.replace(/\{(\w+)\}/g, (_, name) => counts[name]);
    };
    field.type = "search";
    field.placeholder = words.search;
    field.setAttribute("aria-label", words.search);
    field.addEventListener("input", search);
    const bar = document.createElement("p");
    bar.className = "search";
    bar.append(field, " ", found);
    (table.parentElement.className === "table" ? table.parentElement : table).before(bar);
    table.dataset.search = "";
    search();
  }
})();
