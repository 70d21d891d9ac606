// Puts a search field above every table of class "searchable"; a row stays if it holds every word.
(() => {
  for (const table of document.querySelectorAll("table.searchable:not([data-search])")) {
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const field = document.createElement("input");
    const found = document.createElement("output");
    const search = () => {
      const words = field.value.toLowerCase().split(/\s+/);
      rows.forEach((row, k) => { row.hidden = !words.every((word) => texts[k].includes(word)); });
      found.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length}`;
    };
    field.type = "search";
    field.placeholder = "Search the table";
    field.setAttribute("aria-label", "Search the table");
    field.addEventListener("input", search);
    const bar = document.createElement("p");
    bar.className = "search";
    bar.append(field, " ", found);
    (table.parentElement.className === "table" ? table.parentElement : table).before(bar);
    table.dataset.search = "";
    search();
  }
})();
