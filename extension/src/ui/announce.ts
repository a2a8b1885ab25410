/** Says something to screen readers. */
export function announce(text: string) {
  let place = document.getElementById('announcer');
  if (!place) {
    place = document.createElement('div');
    place.id = 'announcer';
    place.className = 'visually-hidden';
    place.setAttribute('role', 'status');
    document.body.append(place);
  }
  place.textContent = text;
}
