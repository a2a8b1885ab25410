import type { Learner, PrivacyAccount, PublicFact } from '../shared/api.ts';
import { PartyName } from '../ui/Address.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Section } from '../ui/List.tsx';
import { functionName } from './Calls.tsx';

export function LinkTag({ privacy }: { privacy: PrivacyAccount }) {
  return privacy.isLinkable ? (
    <span class="tag warning">
      <Icon name="warning" size={14} />
      Can be linked to you
    </span>
  ) : (
    <span class="tag good">
      <Icon name="shield" size={14} />
      Not linked to you
    </span>
  );
}

/** What becomes public, and who learns more. */
export function Privacy({ privacy }: { privacy: PrivacyAccount }) {
  return (
    <Section title="Privacy" aside={<LinkTag privacy={privacy} />}>
      <div class="card rows">
        <div class="grant">
          <h3>What becomes public</h3>
          {privacy.public.length === 0 ? (
            <p class="muted small">Nothing.</p>
          ) : (
            <ul class="privacy-list">
              {privacy.public.map((fact, index) => (
                <Fact key={index} fact={fact} />
              ))}
            </ul>
          )}
        </div>
        {privacy.learners.length > 0 && (
          <div class="grant">
            <h3>Who learns more</h3>
            <ul class="privacy-list">
              {privacy.learners.map((learner, index) => (
                <LearnerRow key={index} learner={learner} />
              ))}
            </ul>
          </div>
        )}
      </div>
    </Section>
  );
}

function Fact({ fact }: { fact: PublicFact }) {
  switch (fact.is) {
    case 'transaction':
      return (
        <li>
          <Icon name="globe" size={18} />
          <span>That there is a transaction, when, and how large it is; not whose.</span>
        </li>
      );
    case 'feePayer':
      return (
        <li class={fact.isAccount ? 'names' : undefined}>
          <Icon name={fact.isAccount ? 'warning' : 'globe'} size={18} />
          <span>
            {fact.isAccount ? 'That your account pays the fee.' : <>That <PartyName party={fact.payer} /> pays the fee.</>}
          </span>
        </li>
      );
    case 'call':
      return (
        <li class={fact.namesAccount ? 'names' : undefined}>
          <Icon name={fact.namesAccount ? 'warning' : 'globe'} size={18} />
          <span>
            The call of <strong>{functionName(fact.function)}</strong> of <PartyName party={fact.contract} /> with
            its arguments
            {fact.sender ? (
              <>
                , made by <PartyName party={fact.sender} />
              </>
            ) : (
              ', but not who makes it'
            )}
            .{fact.namesAccount && ' It names your account.'}
          </span>
        </li>
      );
  }
}

function LearnerRow({ learner }: { learner: Learner }) {
  switch (learner.is) {
    case 'node':
      return (
        <li>
          <Icon name="network" size={18} />
          <span>The node: from where on the internet the transaction comes, and which public data it needed.</span>
        </li>
      );
    case 'dapp':
      return (
        <li>
          <Icon name="link" size={18} />
          <span>
            <strong>{learner.origin}</strong>: that this account made this transaction, and what its calls return.
          </span>
        </li>
      );
    case 'witnessHolder':
      return (
        <li>
          <Icon name="link" size={18} />
          <span>
            <strong>{learner.origin}</strong>: that this account authorises this. It can pass that on to whoever
            makes the call.
          </span>
        </li>
      );
    case 'payer':
      return (
        <li>
          <Icon name="fee" size={18} />
          <span>
            <PartyName party={learner.payer} />: that somebody has it pay for this transaction.
          </span>
        </li>
      );
  }
}
