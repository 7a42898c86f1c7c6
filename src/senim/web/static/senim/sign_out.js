// Signing out clears what the browser kept of Senim, unless entries still wait to be delivered:
// then it says so in words, and they stay for their owner's next sign-in.

/** Return how many operations and drafts wait on this device; none where there is no shelf. */
async function waiting() {
  if (!window.indexedDB) return 0;
  return new Promise((done, failed) => {
    const asked = indexedDB.open("senim");
    asked.onupgradeneeded = () => asked.transaction.abort(); // there was no shelf: make none
    asked.onerror = () => done(0);
    asked.onblocked = () => failed(new Error("blocked"));
    asked.onsuccess = () => {
      const database = asked.result;
      const close = (count) => {
        database.close();
        done(count);
      };
      if (!database.objectStoreNames.contains("outbox")) return close(0);
      const counted = database.transaction("outbox").objectStore("outbox").count();
      counted.onsuccess = () => close(counted.result);
      counted.onerror = () => failed(counted.error);
      return undefined;
    };
  });
}

for (const form of document.querySelectorAll("form[data-sign-out]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const count = await waiting().catch(() => -1); // cannot tell: nothing is cleared
    if (count > 0 && !confirm(form.dataset.waits)) return;
    if (count === 0) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = "clear";
      field.value = "1";
      form.append(field);
    }
    form.submit();
  });
}
