// Shows the memo, or what is wrong with its spec, and shows it anew when the program says so.
const of = (id) => document.getElementById(id);
const [spec, status, links, wrong, warned, memo] = ["spec", "status", "links", "wrong", "warned", "memo"].map(of);
let version = -1;

const told = (it) => {
  const article = document.createElement("article");
  const head = document.createElement("h2");
  head.className = it.severity;
  head.textContent = it.message;
  const text = document.createElement("pre");
  text.tabIndex = 0;
  text.setAttribute("role", "region");
  text.setAttribute("aria-label", `${it.code}, in the spec`);
  // Its first line is the head.
  text.textContent = it.text.slice(it.text.indexOf("\n") + 1);
  article.append(head, text);
  return article;
};

const place = (y) => { memo.onload = () => { memo.contentWindow.scrollTo(0, y); status.dataset.version = version; }; };

const show = async () => {
  const state = await (await fetch("/state")).json();
  if (state.version === version) return;
  version = state.version;
  spec.textContent = state.spec;
  document.title = `${state.spec} – Bellwether watches`;
  status.textContent = state.says;
  const errors = state.diagnostics.filter((it) => it.severity === "error");
  const warnings = state.diagnostics.filter((it) => it.severity === "warning");
  wrong.hidden = !errors.length;
  wrong.replaceChildren(...errors.map(told));
  warned.hidden = !warnings.length;
  warned.querySelector("summary").textContent = warnings.length === 1 ? "1 warning" : `${warnings.length} warnings`;
  warned.querySelector("div").replaceChildren(...warnings.map(told));
  memo.hidden = links.hidden = errors.length > 0;
  if (errors.length) {
    status.dataset.version = version;
  } else {
    // The reader stays where the eye was.
    place(memo.contentWindow?.scrollY ?? 0);
    memo.src = `/memo?version=${version}`;
  }
};

const events = new EventSource("/events");
events.onmessage = show;
events.onerror = () => { status.textContent = "The program has stopped, or cannot be reached."; };
