/** What the dapp shows as well, unless somebody sits between. */
export function Emojis({ emojis }: { emojis: string[] }) {
  return (
    <div class="form">
      <div class="emojis" role="img" aria-label={`Verification symbols: ${emojis.join(' ')}`}>
        {emojis.map((emoji, index) => (
          <span key={index}>{emoji}</span>
        ))}
      </div>
      <p class="muted small">The site must show the same symbols in the same order.</p>
    </div>
  );
}
