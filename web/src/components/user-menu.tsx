import '@ui5/webcomponents-icons/dist/globe.js';
import '@ui5/webcomponents-icons/dist/key-user-settings.js';
import '@ui5/webcomponents-icons/dist/palette.js';
import { UserMenu as Menu } from '@ui5/webcomponents-react/UserMenu';
import { UserMenuAccount } from '@ui5/webcomponents-react/UserMenuAccount';
import { UserMenuItem } from '@ui5/webcomponents-react/UserMenuItem';
import { UserMenuItemGroup } from '@ui5/webcomponents-react/UserMenuItemGroup';
import { useNavigate } from 'react-router';
import { LANGUAGES, type Language, type Scheme, useLook } from '../look.tsx';
import { useSession } from '../session.ts';
import { shellTexts } from '../texts/shell.ts';
import { signInTexts } from '../texts/sign-in.ts';
import { useTexts } from '../texts/texts.ts';
import type { User } from '../user.ts';
import { LANGUAGE_NAMES, SCHEMES } from './look-choice.tsx';
import { roleNames } from './role-names.ts';

interface UserMenuProps {
  readonly user: User;
  readonly opener: HTMLElement | null;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Who one is here, one's language and colours, and the way out. */
export function UserMenu({ user, opener, isOpen, onClose }: UserMenuProps) {
  const words = useTexts(signInTexts);
  const { scheme: schemes } = useTexts(shellTexts);
  const look = useLook();
  const navigate = useNavigate();
  const { signOut } = useSession();
  const choose = (kind: string | undefined, value: string | undefined) => {
    if (kind === 'account') void navigate('/account');
    if (kind === 'language') look.setLanguage(value as Language);
    if (kind === 'scheme') look.setScheme(value as Scheme);
  };
  return (
    <Menu
      open={isOpen}
      opener={opener}
      onClose={onClose}
      onSignOutClick={() => void signOut()}
      onItemClick={({ detail: { item } }) => choose(item.dataset.kind, item.dataset.value)}
      accounts={
        <UserMenuAccount
          titleText={user.displayName}
          subtitleText={user.name}
          description={roleNames(user.roles, words.roles)}
          avatarInitials={initialsOf(user.displayName)}
          selected
        />
      }
    >
      <UserMenuItem icon="key-user-settings" text={words.yourAccount} data-kind="account" />
      <UserMenuItem icon="globe" text={words.language}>
        <UserMenuItemGroup checkMode="Single">
          {LANGUAGES.map((language) => (
            <UserMenuItem
              key={language}
              text={LANGUAGE_NAMES[language]}
              checked={look.language === language}
              data-kind="language"
              data-value={language}
            />
          ))}
        </UserMenuItemGroup>
      </UserMenuItem>
      <UserMenuItem icon="palette" text={words.scheme}>
        <UserMenuItemGroup checkMode="Single">
          {SCHEMES.map((scheme) => (
            <UserMenuItem
              key={scheme}
              text={schemes[scheme]}
              checked={look.scheme === scheme}
              data-kind="scheme"
              data-value={scheme}
            />
          ))}
        </UserMenuItemGroup>
      </UserMenuItem>
    </Menu>
  );
}

/** `AD` of Anna Demo. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s._@-]+/).filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => word[0]?.toUpperCase() ?? '')
    .join('');
}
