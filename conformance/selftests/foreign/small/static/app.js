// The pages of the members' area: data comes from the server, documents are made here.
"use strict";

const main = document.getElementById("main");
let token = "";
let busy = false;

function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== "" && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

// -- parts of a page

const parts = {
  say: part => made("p", {}, part.text),
  alert: part => made("div", { role: "alert", class: "told bad", tabindex: "-1" }, made("p", {}, part.text)),
  status: part => made("div", { role: "status", class: "told good", tabindex: "-1" }, made("p", {}, part.text)),
  facts: part => made("dl", { class: "facts" },
    ...part.rows.map(([name, value]) => made("div", {}, made("dt", {}, name), made("dd", {}, value)))),
  links: part => made("ul", { class: "ways" },
    ...part.links.map(link => made("li", {}, madeLink(link)))),
  form: part => madeForm(part),
};

function madeLink({ text, path }) {
  const link = made("a", { href: path }, text);
  link.addEventListener("click", event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    visit(path);
  });
  return link;
}

function madeForm(part) {
  const button = made("button", { type: "submit", class: part.fields.length ? "main" : "other" }, part.button);
  const form = made("form", { novalidate: true }, ...part.fields.map(madeField), button);
  form.addEventListener("submit", event => {
    event.preventDefault();
    const sent = { slip: part.slip, key: part.key ?? "" };
    for (const input of form.querySelectorAll("input")) {
      sent[input.name] = input.type === "checkbox" ? (input.checked ? "yes" : "") : input.value;
    }
    send(part.act, sent, button);
  });
  return form;
}

function madeField(field) {
  const id = `field-${field.name}`;
  if (field.kind === "box") {
    return made("p", { class: "box" }, made("input", { type: "checkbox", id, name: field.name }), made("label", { for: id }, field.label));
  }
  const notes = [field.error && `${id}-error`, field.hint && `${id}-hint`].filter(Boolean).join(" ");
  const input = made("input", {
    id, name: field.name, type: field.kind, inputmode: field.inputmode, autocomplete: field.autocomplete,
    required: true, spellcheck: "false", autocapitalize: "none",
    "aria-invalid": field.error ? "true" : undefined, "aria-describedby": notes,
  });
  return made("div", { class: field.error ? "field bad" : "field" },
    made("label", { for: id }, field.label),
    field.hint ? made("span", { id: `${id}-hint`, class: "hint" }, field.hint) : "",
    field.error ? made("span", { id: `${id}-error`, class: "error" }, field.error) : "",
    input);
}

// -- showing and sending

function show(page, first) {
  token = page.token;
  main.className = page.mood;
  main.replaceChildren(made("h1", { tabindex: "-1" }, page.heading), ...page.parts.map(part => parts[part.kind](part)));
  document.title = `${page.heading} - Harbour Health members’ area`;
  const urgent = main.querySelector("[aria-invalid]") ?? main.querySelector("[role=alert]") ?? main.querySelector("[role=status]");
  (urgent ?? (first ? null : main.querySelector("h1")))?.focus();
  if (!first) window.scrollTo(0, 0);
}

async function ask(address, options, how) {
  if (busy) return;
  busy = true;
  main.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { credentials: "same-origin", cache: "no-store", ...options });
    const page = await answer.json();
    if (how !== "first" && page.path !== location.pathname) history.pushState(null, "", page.path);
    if (how === "first" && page.path !== location.pathname && answer.ok) history.replaceState(null, "", page.path);
    show(page, how === "first");
  } catch {
    main.prepend(parts.alert({ text: "The members’ area cannot be reached at the moment. Please try again." }));
    main.querySelector("[role=alert]").focus();
  } finally {
    busy = false;
    main.removeAttribute("aria-busy");
  }
}

const visit = (path, how = "link") => ask(`/api/page?path=${encodeURIComponent(path)}`, {}, how);

async function send(act, sent, button) {
  button.disabled = true;
  await ask(`/api/${act}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Harbour-Token": token },
    body: JSON.stringify(sent),
  }, "sent");
  button.disabled = false;
}

window.addEventListener("popstate", () => visit(location.pathname, "first"));
visit(location.pathname, "first");
