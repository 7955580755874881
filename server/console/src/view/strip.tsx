/**
 * One line of fixed height under the heading: what must be seen now, the most urgent first. It is always there, so
 * that nothing jumps under a hand when news comes.
 */

import type { ComponentChildren } from "preact";
import { nowMs } from "../link/clock";
import type { Live } from "../link/live";
import { memory } from "../link/memory";
import { isAudible, unlock } from "../link/sound";
import { words } from "../words/en";
import { awayText } from "../words/away";
import { powerText } from "../words/device";
import { age } from "../words/number";
import { Call } from "./call";
import { Alarms } from "./care";
import { showConversation } from "./conversation";
import { Health } from "./health";
import { turnedText } from "./outcome";
import { RecordingSign } from "./recording";

export function Strip(props: { live: Live; mayLead: boolean; leaving: (() => void) | null; stay: () => void }) {
  const { live, leaving } = props;
  const { room, alert } = live;
  const now = nowMs();
  const news: ComponentChildren[] = [];
  const isHidden = room.report?.is_private === false;
  if (isHidden) {
    news.push(
      <p key="company" class="news person company">
        <strong>{words.live.company}</strong>
        <span class="text">{words.live.unheard}</span>
      </p>,
    );
  }
  if (alert !== null && !(isHidden && alert.kind === "SomeoneCameIn")) {
    news.push(
      <p key="alert" class={`news person ${alert.kind}`}>
        <strong>{words.live.pressed[alert.kind]}</strong>
        <span>{words.live.age(age(now - alert.atMs))}</span>
        <button type="button" onClick={() => live.seen()}>
          {words.live.seen}
        </button>
      </p>,
    );
  }
  if (live.phrase?.phrase) {
    news.push(
      <p key="phrase" class="news phrase">
        <strong>“{words.phrases[live.phrase.phrase]}”</strong>
        <span>{words.live.age(age(now - live.phrase.atMs))}</span>
        <button type="button" onClick={() => live.seenPhrase()}>
          {words.live.seen}
        </button>
      </p>,
    );
  } else if (room.conversation.unread > 0) {
    news.push(
      <p key="wrote" class="news phrase">
        <strong>{words.conversation.wrote(room.conversation.unread)}</strong>
        <button type="button" onClick={showConversation}>
          {words.conversation.read}
        </button>
      </p>,
    );
  }
  if (leaving !== null) {
    news.push(
      <p key="leaving" class="news">
        {words.live.leaveAsk}
        <button type="button" onClick={leaving}>
          {words.live.leaveYes}
        </button>
        <button type="button" onClick={props.stay}>
          {words.live.leaveNo}
        </button>
      </p>,
    );
  }
  const lost = live.isOut ? null : lostText(live, now);
  if (lost !== null) news.push(<Lost key="lost" text={lost} sessionId={live.sessionId} />);
  if (live.isConnected && !room.leads) {
    news.push(
      <p key="watching" class="news">
        {words.live.watching}
        {props.mayLead && (
          <button type="button" onClick={() => live.lead()}>
            {words.live.lead}
          </button>
        )}
      </p>,
    );
  }
  if (live.turned !== null && live.turned.code !== "replaced") {
    const isSignedOut = live.turned.code === "not_allowed" && !live.isConnected;
    news.push(
      <p key="turned" class="news lost">
        <strong>{isSignedOut ? words.live.signedOut : turnedText(live.turned)}</strong>
        {isSignedOut && (
          <button type="button" onClick={() => location.reload()}>
            {words.live.signIn}
          </button>
        )}
      </p>,
    );
  }
  const power = powerText(room.device);
  if (power !== null) {
    news.push(
      <p key="power" class="news">
        {power}
      </p>,
    );
  }
  if (room.device?.sees_room) {
    news.push(
      <p key="own-room" class="news">
        {words.live.ownRoom}
      </p>,
    );
  }
  if (room.leads && room.otherConsoles().length > 0) {
    news.push(
      <p key="other" class="news">
        {words.live.other}
      </p>,
    );
  }
  const away = awayText(room.presence.away, room);
  if (away !== null) {
    news.push(
      <p key="away" class="news">
        <span class="text" title={away}>
          {away}
        </span>
        <button type="button" onClick={() => live.seenAway()}>
          {words.live.seen}
          <span class="unseen"> {words.live.away.meanwhile}</span>
        </button>
      </p>,
    );
  } else if (room.arming.blocked === "hidden") {
    news.push(
      <p key="hidden" class="news">
        {words.live.hidden}
      </p>,
    );
  }
  if (!isAudible()) {
    news.push(
      <p key="sound" class="news small">
        {words.live.silentSpeaker}
        <button type="button" onClick={unlock}>
          {words.live.soundOn}
        </button>
      </p>,
    );
  }
  if (room.missed > 0) {
    news.push(
      <p key="missed" class="news small">
        {words.live.missed(room.missed)}
      </p>,
    );
  }
  return (
    <div class="strip">
      <div role="log" aria-live="assertive" aria-label={words.live.seen} class="unseen">
        {isHidden && `${words.live.company} ${words.live.unheard}`} {alert !== null && words.live.pressed[alert.kind]}
        {live.phrase?.phrase && words.conversation.says(words.phrases[live.phrase.phrase])}
        {live.silentSinceMs === null ? lost : words.live.silentPlain} {away}
      </div>
      <div class="newest">
        <Alarms live={live} />
        {news.length > 0 || room.report === null || room.alarms.length > 0 ? (
          news
        ) : (
          <p class="news calm">{words.live.ok}</p>
        )}
      </div>
      <RecordingSign live={live} />
      {lost === null && <Health live={live} />}
    </div>
  );
}

function lostText(live: Live, now: number): string | null {
  if (!live.isConnected) return words.live.connecting;
  if (live.room.headset === null) return live.room.report === null ? null : words.live.absent;
  if (live.silentSinceMs !== null) return words.live.silent(Math.round((now - live.silentSinceMs) / 1000));
  return null;
}

/** The numbers come before the words: they must be whole at every size. */
function Lost(props: { text: string; sessionId: string }) {
  const contact = memory.contact(props.sessionId);
  return (
    <p class="news lost">
      <span class="what">
        <strong>{props.text}</strong>
        <small>{words.live.holds}</small>
      </span>
      {contact !== null && contact.number !== "" && (
        <>
          <Call number={contact.number} name={words.live.callNow} />
          <Call number={contact.emergency} name={words.live.callEmergency} />
          <span class="what at" title={contact.address}>
            <small>{words.live.callAt}</small>
            <bdi>{contact.address}</bdi>
          </span>
        </>
      )}
    </p>
  );
}
