export function Spinner() {
  return (
    <svg class="spinner" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
      <circle class="track" cx="9" cy="9" r="7" />
      <path class="arc" d="M9 2a7 7 0 0 1 7 7" />
    </svg>
  );
}
