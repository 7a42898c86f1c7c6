// A button beside each password that shows it: long passwords are typed on small keyboards.
for (const form of document.querySelectorAll("form[data-show]")) {
  for (const input of form.querySelectorAll("input[type=password]")) {
    const box = document.createElement("div");
    const button = document.createElement("button");
    box.className = "with with-button";
    button.type = "button";
    button.textContent = form.dataset.show;
    button.setAttribute("aria-controls", input.id);
    button.setAttribute("aria-label", `${form.dataset.show}: ${input.labels[0].textContent}`);
    button.addEventListener("click", () => {
      const shown = input.type === "text";
      const words = shown ? form.dataset.show : form.dataset.hide;
      input.type = shown ? "password" : "text";
      button.textContent = words;
      button.setAttribute("aria-label", `${words}: ${input.labels[0].textContent}`);
    });
    input.replaceWith(box);
    box.append(input, button);
  }
  // What a browser keeps of a form must not be readable on the next person's screen.
  form.addEventListener("submit", () => {
    for (const input of form.querySelectorAll(".with-button input")) input.type = "password";
  });
}
