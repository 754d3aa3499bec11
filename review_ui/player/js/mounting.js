// One component of the screen for as long as its subject is on the page.

const PLAYERS = new WeakMap();

// Streamlit calls this again whenever data or theme change, and runs the clean-up of a call that was overtaken:
// only the newest call may take the player down.
export function mounting(Kind, subject) {
  return (component) => {
    const host = component.parentElement;
    let player = PLAYERS.get(host);
    if (player && player.data[subject] !== component.data[subject]) {
      player.destroy();
      player = null;
    }
    if (player) player.update(component);
    else PLAYERS.set(host, (player = new Kind(host, component)));
    player.calls = (player.calls || 0) + 1;
    const call = player.calls;
    return () => {
      if (player.calls === call) {
        player.destroy();
        PLAYERS.delete(host);
      }
    };
  };
}
