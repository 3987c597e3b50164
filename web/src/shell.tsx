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
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import type { About } from '../../src/entrypoints/http/contract/about.ts';
import { initialsOf, UserMenu } from './components/user-menu.tsx';
import { PAGES, type PageFacts } from './pages.tsx';
import { shellTexts } from './texts/shell.ts';
import { signInTexts } from './texts/sign-in.ts';
import { useTexts } from './texts/texts.ts';
import { type User, useUser } from './user.ts';

interface ShellProps {
  readonly about: About;
  readonly user: User;
  readonly children: ReactNode;
}

const GROUPS = ['work', 'books', 'control', 'installation'] as const;

/** The bar above, the navigation beside, the page in the middle. */
export function Shell({ about, user, children }: ShellProps) {
  const words = useTexts(shellTexts);
  const { skip, menu } = useTexts(signInTexts);
  const navigate = useNavigate();
  const layout = useRef<NavigationLayoutDomRef>(null);
  const [mode, setMode] = useState<'Auto' | 'Collapsed' | 'Expanded'>('Auto');
  const [opener, setOpener] = useState<HTMLElement | null>(null);
  const { pathname } = useLocation();
  // On a phone the navigation lies over the page, so it goes once one has chosen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: with every page
  useEffect(() => setMode((before) => (isNarrow() ? 'Auto' : before)), [pathname]);
  return (
    <>
      <a className="skip-link" href="#content">
        {skip}
      </a>
      <NavigationLayout
        ref={layout}
        mode={mode}
        header={
          <ShellBar
            startButton={
              <Button
                icon="menu2"
                accessibleName={words.navigation}
                onClick={() => setMode(layout.current?.isSideCollapsed() ? 'Expanded' : 'Collapsed')}
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
            secondaryTitle={about.line === 'service' ? '' : about.line}
            profile={<Avatar initials={initialsOf(user.displayName)} accessibleName={`${user.displayName}: ${menu}`} />}
            onProfileClick={(event) => setOpener(event.detail.targetRef)}
          />
        }
        sideContent={<Navigation />}
      >
        <main id="content" tabIndex={-1} className="content">
          {children}
        </main>
      </NavigationLayout>
      <UserMenu user={user} opener={opener} isOpen={opener !== null} onClose={() => setOpener(null)} />
    </>
  );
}

function isNarrow(): boolean {
  return matchMedia('(max-width: 600px)').matches;
}

/** `slot`: given by the layout, which only finds a navigation that says where it belongs. */
function Navigation({ slot }: { readonly slot?: string }) {
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
              <NavigationItem key={page.path} page={page} />
            ))}
          </SideNavigationGroup>
        ))}
    </SideNavigation>
  );
}

function NavigationItem({ page }: { readonly page: PageFacts }) {
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
        void navigate(path);
      }}
    />
  );
}
