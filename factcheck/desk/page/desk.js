"use strict";
// The page only shows what the desk tells and hands keys on. Texts from files are set as
// text, never as markup.

const at = (id) => document.getElementById(id);
const LOOKS = ["", "dark", "light"];
let state = null;
let busy = null; // the action under way
let shown = ""; // what the model holds, where it was asked for

function made(name, text, style) {
  const element = document.createElement(name);
  element.textContent = text;
  if (style) element.className = style;
  return element;
}

function side(told, given) {
  const parts = [made("p", given.text, "text")];
  const [before, exact, after] = given.quote;
  if (exact && exact !== given.text) {
    const quote = made("blockquote", "");
    if (before) quote.append(made("span", before + " ", "around"));
    quote.append(made("q", exact));
    if (after) quote.append(made("span", " " + after, "around"));
    parts.push(quote);
  }
  const facts = document.createElement("dl");
  for (const [name, value] of given.facts) facts.append(made("dt", name), made("dd", value));
  if (given.url.startsWith("https://")) {
    const link = made("a", given.url);
    link.href = given.url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    const holder = document.createElement("dd");
    holder.append(link);
    facts.append(made("dt", "link"), holder);
  }
  parts.push(facts);
  told.replaceChildren(...parts);
}

function show(given) {
  const moved = !state || state.step !== given.step;
  state = given;
  if (moved) shown = "";
  at("head").textContent = given.head;
  at("bar").max = Math.max(1, given.progress.total);
  at("bar").value = given.progress.total - given.progress.left;
  say(given.said, given.failed);
  at("note").hidden = !given.note;
  at("note").textContent = "note: " + given.note;
  const [claim, statement] = document.querySelectorAll(".told");
  if (given.pair) {
    side(claim, given.pair.claim);
    side(statement, given.pair.statement);
  } else {
    const skipped = given.progress.skipped ? ` ${given.progress.skipped} skipped; the same command shows them again.` : "";
    claim.replaceChildren(made("p", `All ${given.progress.total} pairs are through.${skipped}`, "text"));
    statement.replaceChildren(made("p", "u takes the last step back; Ctrl-C in the terminal ends the desk.", "text"));
  }
  tellModel();
  if (moved) window.scrollTo(0, 0);
}

function tellModel() {
  const told = state.pair ? shown || state.pair.model || "" : "";
  const hidden = state.pair ? "the model's view is hidden until you decide (m shows it)" : "";
  at("model").textContent = told ? "the model: " + told : hidden;
}

function say(text, failed) {
  at("said").textContent = text;
  at("said").classList.toggle("failed", Boolean(failed));
}

async function asked(name, body) {
  const options = body
    ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }
    : {};
  const answer = await fetch(name, { cache: "no-store", credentials: "omit", ...options });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

// A decision taken while another is being saved is dropped: its pair was not seen yet. A note
// waits, for it was typed.
function act(body, waits) {
  if (busy && waits) busy.then(() => act(body, waits));
  if (busy || !state) return;
  busy = send(body).finally(() => { busy = null; });
}

async function send(body) {
  try {
    const given = await asked("do", { step: state.step, ...body });
    show(given);
    if (given.ask) ask(given.ask, body);
  } catch (error) {
    const why = error instanceof TypeError ? "the desk does not answer; is it still running in the terminal?" : error.message;
    say("not saved: " + why, true);
  }
}

function ask(question, body) {
  at("ask-text").textContent = question;
  at("ask-yes").onclick = () => { at("ask-box").close(); act({ ...body, replace: true }); };
  at("ask-no").onclick = () => { at("ask-box").close(); say("left as it was: the claim stays marked uncovered", false); };
  at("ask-box").showModal();
}

async function model() {
  if (shown) {
    shown = "";
  } else if (state && state.pair) {
    try {
      const given = await asked("model");
      if (given.step === state.step) shown = given.model;
    } catch (error) {
      say("the desk does not answer; is it still running in the terminal?", true);
    }
  }
  tellModel();
}

const DO = {
  opposes: () => act({ action: "decide", stance: "opposes" }),
  neutral: () => act({ action: "decide", stance: "neutral" }),
  supports: () => act({ action: "decide", stance: "supports" }),
  skip: () => act({ action: "skip" }),
  undo: () => act({ action: "undo" }),
  note: () => {
    if (!state || !state.pair) return;
    at("note-text").value = busy ? "" : state.note;
    at("note-box").returnValue = "";
    at("note-box").showModal();
    at("note-text").focus();
  },
  model,
  look: () => {
    const root = document.documentElement;
    const next = LOOKS[(LOOKS.indexOf(root.dataset.look || "") + 1) % LOOKS.length];
    if (next) root.dataset.look = next;
    else delete root.dataset.look;
  },
  help: () => at("help-box").showModal(),
  quit: () => say("all decisions are saved; close this tab, and end the desk by Ctrl-C in the terminal", false),
};

const KEYS = {
  o: "opposes", ArrowLeft: "opposes", n: "neutral", ArrowDown: "neutral",
  s: "supports", ArrowRight: "supports", " ": "skip", ArrowUp: "skip",
  u: "undo", t: "note", m: "model", d: "look", "?": "help", q: "quit",
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const open = document.querySelector("dialog[open]");
  if (open) {
    if (open.id === "ask-box" && (event.key === "y" || event.key === "n")) {
      event.preventDefault();
      at(event.key === "y" ? "ask-yes" : "ask-no").click();
    } else if (open.id === "help-box" && event.key !== "Tab" && event.key !== "Shift") {
      event.preventDefault();
      open.close();
    }
    return;
  }
  const pressed = event.target.closest && event.target.closest("button, a");
  if (pressed && (event.key === " " || event.key === "Enter")) return; // presses what has the focus
  const name = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!name) return;
  event.preventDefault();
  DO[name]();
});

for (const button of document.querySelectorAll("[data-do]")) {
  button.addEventListener("click", (event) => {
    if (event.detail) button.blur(); // pressed by mouse: the space bar is to skip again
    DO[button.dataset.do]();
  });
}
for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
at("note-box").addEventListener("close", () => {
  if (at("note-box").returnValue === "keep") act({ action: "note", note: at("note-text").value }, true);
});
at("ask-box").addEventListener("cancel", () => say("left as it was: the claim stays marked uncovered", false));
// Another tab may have gone on meanwhile.
document.addEventListener("visibilitychange", () => { if (!document.hidden) begin(); });

async function begin() {
  try {
    show(await asked("state"));
  } catch (error) {
    say("the desk does not answer; is it still running in the terminal?", true);
  }
}

asked("keys").then(({ keys }) => {
  at("help-keys").replaceChildren(...keys.flatMap(([key, what]) => [made("dt", key), made("dd", what)]));
}).catch(() => {});
begin();
