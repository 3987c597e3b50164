import './ui5/fiori.ts';
import '@ui5/webcomponents-icons/dist/group.js';
import '@ui5/webcomponents-icons/dist/home.js';
import '@ui5/webcomponents-icons/dist/menu2.js';
import { Avatar } from '@ui5/webcomponents-react/Avatar';
import { Button } from '@ui5/webcomponents-react/Button';
import { NavigationLayout, type NavigationLayoutDomRef } from '@ui5/webcomponents-react/NavigationLayout';
import { ShellBar } from '@ui5/webcomponents-react/ShellBar';
import { ShellBarBranding } from '@ui5/webcomponents-react/ShellBarBranding';
import { SideNavigation } from '@ui5/webcomponents-react/SideNavigation';
import { SideNavigationGroup } from '@ui5/webcomponents-react/SideNavigationGroup';
import { SideNavigationItem } from '@ui5/webcomponents-react/SideNavigationItem';
import { type ReactNode, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { initialsOf, UserMenu } from './components/user-menu.tsx';
import { useMedia } from './media.ts';
import { PAGES, type PageFacts } from './pages.tsx';
import { shellTexts } from './texts/shell.ts';
import { signInTexts } from './texts/sign-in.ts';
import { useTexts } from './texts/texts.ts';
import { type User, useUser } from './user.ts';

interface ShellProps {
  /** What kind of service this is. */
  readonly line: string;
  readonly user: User;
  readonly children: ReactNode;
}

const GROUPS = ['work', 'books', 'control', 'installation'] as const;

/** The bar above, the navigation beside, the page in the middle. */
export function Shell({ line, user, children }: ShellProps) {
  const words = useTexts(shellTexts);
  const { skip, menu } = useTexts(signInTexts);
  const navigate = useNavigate();
  const layout = useRef<NavigationLayoutDomRef>(null);
  const navigation = useNavigationMode();
  const [opener, setOpener] = useState<HTMLElement | null>(null);
  return (
    <>
      <a className="skip-link" href="#content">
        {skip}
      </a>
      <NavigationLayout
        ref={layout}
        mode={navigation.mode}
        header={
          <ShellBar
            startButton={
              <Button
                icon="menu2"
                accessibleName={words.navigation}
                onClick={() => navigation.choose(layout.current?.isSideCollapsed() ? 'Expanded' : 'Collapsed')}
              />
            }
            branding={
              <ShellBarBranding
                logo={<img className="brand-logo" src="/icon.svg" alt="seller-ledger" />}
                href="/"
                onClick={(event) => {
                  event.preventDefault();
                  void navigate('/');
                }}
              >
                seller-ledger
              </ShellBarBranding>
            }
            secondaryTitle={line === 'service' ? '' : line}
            profile={<Avatar initials={initialsOf(user.displayName)} accessibleName={`${user.displayName}: ${menu}`} />}
            onProfileClick={(event) => setOpener(event.detail.targetRef)}
          />
        }
        sideContent={<Navigation onChosen={navigation.leave} />}
      >
        <main id="content" tabIndex={-1} className="content">
          {children}
        </main>
      </NavigationLayout>
      <UserMenu user={user} opener={opener} isOpen={opener !== null} onClose={() => setOpener(null)} />
    </>
  );
}

/** Where the navigation lies over the page instead of beside it; the layout has the same limit. */
const NARROW = '(max-width: 599.98px)';

type Mode = 'Collapsed' | 'Expanded';

/**
 * Whether the navigation is open: as the reader chose, until the window has another shape. The layout itself looks at its window only
 * when it is drawn, so one that is narrowed later is told.
 */
function useNavigationMode() {
  const isNarrow = useMedia(NARROW);
  const { pathname } = useLocation();
  const [choice, setChoice] = useState<{
    readonly mode: Mode;
    readonly isNarrow: boolean;
    readonly pathname: string;
  }>();
  // What lies over the page goes with the page.
  const holds = choice?.isNarrow === isNarrow && !(isNarrow && choice.pathname !== pathname);
  return {
    mode: holds ? choice.mode : isNarrow ? ('Collapsed' as const) : ('Auto' as const),
    choose: (mode: Mode) => setChoice({ mode, isNarrow, pathname }),
    /** Also once one has chosen the page that is shown. */
    leave: () => isNarrow && setChoice(undefined),
  };
}

/** `slot`: given by the layout, which only finds a navigation that says where it belongs. */
function Navigation({ slot, onChosen }: { readonly slot?: string; readonly onChosen: () => void }) {
  const words = useTexts(shellTexts);
  const user = useUser();
  const may = (page: PageFacts) => user?.permissions.includes(page.access) ?? false;
  return (
    <SideNavigation {...(slot && { slot })} accessibleName={words.navigation}>
      {GROUPS.map((group) => ({
        group,
        pages: PAGES.filter((page) => page.nav?.group === group && may(page)),
      }))
        .filter(({ pages }) => pages.length > 0)
        .map(({ group, pages }) => (
          <SideNavigationGroup key={group} text={words.groups[group]} expanded>
            {pages.map((page) => (
              <NavigationItem key={page.path} page={page} onChosen={onChosen} />
            ))}
          </SideNavigationGroup>
        ))}
    </SideNavigation>
  );
}

function NavigationItem({ page, onChosen }: { readonly page: PageFacts; readonly onChosen: () => void }) {
  const words = useTexts(shellTexts);
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const { nav, path } = page;
  if (!nav) return null;
  const isHere = path === '/' ? pathname === '/' : pathname.startsWith(path);
  return (
    <SideNavigationItem
      text={words.pages[nav.text]}
      icon={nav.icon}
      href={path}
      selected={isHere}
      onClick={(event) => {
        event.preventDefault();
        onChosen();
        void navigate(path);
      }}
    />
  );
}
