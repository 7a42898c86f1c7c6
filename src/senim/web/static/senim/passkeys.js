// Passkeys: the browser's ceremony between the page's options and its form. A page without them, or a
// browser without WebAuthn, shows no button; password and codes work as before.

const able = Boolean(window.PublicKeyCredential && navigator.credentials);

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** Return a ceremony's options with bytes where the browser wants bytes. */
function unpacked(options) {
  const asked = structuredClone(options.publicKey);
  asked.challenge = toBytes(asked.challenge);
  if (asked.user) asked.user.id = toBytes(asked.user.id);
  for (const list of [asked.excludeCredentials, asked.allowCredentials]) {
    for (const known of list ?? []) known.id = toBytes(known.id);
  }
  for (const name of Object.keys(asked)) if (asked[name] === null) delete asked[name];
  return asked;
}

/** Return a credential as JSON. */
function packed(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const found = parts.filter((part) => response[part]).map((part) => [part, toText(response[part])]);
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    response: Object.fromEntries(found),
  });
}

function fault(form, words) {
  const element = form.querySelector("[data-fault]");
  element.textContent = words;
  element.hidden = false;
}

/** Sign in by a passkey alone: ask the school for a question, the device for an answer. */
async function signIn(form) {
  const post = (url, fields) => {
    const body = new FormData(form);
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return fetch(url, { method: "POST", body, credentials: "same-origin" });
  };
  const options = await (await post(form.dataset.options, {})).json();
  const credential = await navigator.credentials.get({ publicKey: unpacked(options) });
  const answer = await post(form.action, { credential: packed(credential) });
  const told = await answer.json();
  if (answer.ok) location.assign(told.goes_to);
  else fault(form, told.words);
}

/** Answer the page's own question and send its form. */
async function answer(form) {
  const options = unpacked(JSON.parse(form.dataset.asked));
  const creates = form.dataset.passkey === "add";
  const credential = creates
    ? await navigator.credentials.create({ publicKey: options })
    : await navigator.credentials.get({ publicKey: options });
  form.querySelector("[name=credential]").value = packed(credential);
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !able;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await (form.dataset.passkey === "sign-in" ? signIn(form) : answer(form));
    } catch {
      fault(form, form.dataset.failed); // closed by its owner, or no passkey of ours on the device
    }
  });
}
if (!able) for (const element of document.querySelectorAll("[data-no-passkeys]")) element.hidden = false;
