/** A pixel that hides a spark: the mark of the wallet. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg class="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect class="logo-back" width="32" height="32" rx="9" />
      <path
        class="logo-front"
        fill-rule="evenodd"
        d="M10 7h8v4h4v7h-4v4h-4v4h-4zM14 11v7h4v-7z"
      />
      <rect class="logo-spark" x="20" y="22" width="4" height="4" />
    </svg>
  );
}
