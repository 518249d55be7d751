// A form whose answer takes a while says so, and can't be sent a second time meanwhile.
//
// In the template: <form data-working="Checking the rows …"> with <div data-working-shown hidden><progress>
// </progress><span></span></div> inside.

const show = (form, isWorking) => {
  const shown = form.querySelector("[data-working-shown]");
  shown.hidden = !isWorking;
  shown.querySelector("span").textContent = isWorking ? form.dataset.working : "";
  for (const button of form.querySelectorAll("button")) button.disabled = isWorking;
  if (isWorking) document.getElementById("said").textContent = form.dataset.working;
};

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-working]");
  // After the form was read: a disabled button would not be sent along.
  if (form) setTimeout(() => show(form, true));
});

// Whoever comes back with the browser's button can send it again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-working]")) show(form, false);
});
