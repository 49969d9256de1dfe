"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const figures = read("figures");
  const themes = read("themes");
  const note = read("note");
  const root = document.documentElement;
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
  const theme = () => root.dataset.theme || (prefersDark.matches ? "dark" : "light");
  const boundaries = read("boundaries");

  // Boundaries and rows stand once in the page and are put into the charts here.
  const filled = (figure) => {
    const spec = JSON.parse(JSON.stringify(figure.spec), (key, value) =>
      value && value.type === "boundaries" ? boundaries : value);
    const rows = figure.rows.map((row) => ({ ...row }));
    return { ...spec, datasets: { ...spec.datasets, rows } };
  };

  const options = { renderer: "svg", actions: false, ast: false };
  const legend = 55; // pixels below the map
  const places = [...document.querySelectorAll("[data-chart]")];
  const views = new Map();
  async function draw(place, themeName) {
    // what is folded has no width; it is drawn when it is opened
    if (!place.clientWidth) { return; }
    const figure = figures[place.dataset.chart];
    const spec = filled(figure);
    if (figure.aspect) {
      spec.height = Math.round(place.clientWidth * figure.aspect) + legend;
    }
    if (views.has(place)) { views.get(place).finalize(); }
    views.set(place, await vegaEmbed(place, spec, { ...options, config: themes[themeName] }));
    place.querySelectorAll("svg").forEach((svg) => {
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", figure.alt);
    });
  }
  async function drawAll(themeName) {
    for (const place of places) { await draw(place, themeName); }
    root.dataset.drawn = themeName;
  }
  document.querySelectorAll("details.pictures").forEach((one) => one.addEventListener("toggle", () => {
    places.filter((place) => one.contains(place)).forEach((place) => draw(place, theme()));
  }));

  function save(content, type, filename) {
    const url = URL.createObjectURL(new Blob([content], { type }));
    const link = document.createElement("a");
    link.href = url;
    link.download = filename;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }
  const cell = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  };
  const csv = (rows) => rows.map((row) => row.map(cell).join(",")).join("\n") + "\n";

  // The source stands in every row: a table that leaves the page keeps it.
  const cited = ([header, ...rows]) => [[...header, "Source"], ...rows.map((row) => [...row, note])];

  function broken(text, width) {
    const lines = [""];
    for (const word of text.split(" ")) {
      if ((lines.at(-1) + " " + word).length > width) { lines.push(word); }
      else { lines[lines.length - 1] = (lines.at(-1) + " " + word).trim(); }
    }
    return lines;
  }

  // A picture leaves the page with its title, caption and source, at one size on every device.
  async function picture(name, type) {
    const figure = figures[name];
    const spec = filled(figure);
    spec.width = 900;
    if (figure.aspect) { spec.height = Math.round(900 * figure.aspect) + legend; }
    spec.title = { text: figure.title, subtitle: [...broken(figure.caption, 140), note] };
    const place = document.createElement("div");
    const config = { ...themes[theme()], autosize: { type: "pad" }, padding: 16 };
    const embedded = await vegaEmbed(place, spec, { ...options, config });
    const url = await embedded.view.toImageURL(type, type === "png" ? 2 : 1);
    const link = document.createElement("a");
    link.href = url;
    link.download = `${note.split(",")[1].trim()}-${name}.${type}`;
    link.click();
    embedded.finalize();
  }

  document.querySelectorAll("[data-save]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const name = button.dataset.figure;
      if (button.dataset.save === "csv") {
        const { columns, rows } = figures[name];
        const keys = Object.keys(columns);
        const table = [Object.values(columns), ...rows.map((row) => keys.map((key) => row[key]))];
        save(csv(cited(table)), "text/csv;charset=utf-8", name + ".csv");
      } else {
        picture(name, button.dataset.save);
      }
    });
  });

  // The table of all economies: sort by header, search, CSV of what is shown.
  document.querySelectorAll("table.sortable").forEach((table) => {
    const body = table.tBodies[0];
    const value = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent;
    [...table.tHead.rows[0].cells].forEach((header, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.textContent = header.textContent;
      header.replaceChildren(button);
      button.addEventListener("click", () => {
        const before = header.getAttribute("aria-sort");
        const numeric = header.classList.contains("number");
        const down = before ? before === "ascending" : numeric;
        [...table.tHead.rows[0].cells].forEach((other) => other.removeAttribute("aria-sort"));
        header.setAttribute("aria-sort", down ? "descending" : "ascending");
        const sign = down ? -1 : 1;
        const rows = [...body.rows].sort((a, b) => {
          const [x, y] = [value(a, column), value(b, column)];
          if (numeric) {
            if (x === "" || y === "") { return (x === "") - (y === ""); }
            return sign * (Number(x) - Number(y));
          }
          return sign * x.localeCompare(y, "en");
        });
        body.append(...rows);
      });
    });
    // Searched are the name (the row's header) and what stands before it: the code.
    const search = document.querySelector(`input[data-table="${table.id}"]`);
    const count = document.getElementById("count-" + table.id);
    const key = Number(table.dataset.key);
    search.addEventListener("input", () => {
      const wanted = search.value.trim().toLowerCase();
      let shown = 0;
      for (const row of body.rows) {
        const text = [...row.cells].slice(0, key + 1).map((one) => one.textContent).join(" ");
        row.hidden = !text.toLowerCase().includes(wanted);
        shown += row.hidden ? 0 : 1;
      }
      count.textContent = `${shown} of ${body.rows.length} ${count.dataset.what}`;
    });
    document.querySelector(`button[data-table="${table.id}"]`).addEventListener("click", () => {
      const header = [...table.tHead.rows[0].cells].map((one) => one.textContent);
      const rows = [...body.rows].filter((row) => !row.hidden)
        .map((row) => [...row.cells].map((_, column) => value(row, column)));
      save(csv(cited([header, ...rows])), "text/csv;charset=utf-8", table.id + ".csv");
    });
  });
  document.querySelectorAll(".needs-script").forEach((one) => { one.hidden = false; });

  const toggle = document.getElementById("toggle");
  const name = () => { toggle.textContent = theme() === "dark" ? "Light mode" : "Dark mode"; };
  toggle.addEventListener("click", () => {
    root.dataset.theme = theme() === "dark" ? "light" : "dark";
    name();
    drawAll(theme());
  });
  prefersDark.addEventListener("change", () => {
    if (!root.dataset.theme) { name(); drawAll(theme()); }
  });
  name();

  // Paper is white: charts and page turn light for printing and back afterwards.
  let kept;
  window.addEventListener("beforeprint", () => {
    kept = root.dataset.theme;
    if (theme() === "dark") { root.dataset.theme = "light"; drawAll("light"); }
  });
  window.addEventListener("afterprint", () => {
    if (kept) { root.dataset.theme = kept; } else { delete root.dataset.theme; }
    if (theme() !== root.dataset.drawn) { drawAll(theme()); }
  });
  let width = root.clientWidth;
  window.addEventListener("resize", () => {
    if (root.clientWidth === width) { return; }
    width = root.clientWidth;
    places.filter((place) => figures[place.dataset.chart].aspect)
      .forEach((place) => draw(place, theme()));
  });
  drawAll(theme());
})();
