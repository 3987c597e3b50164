import '@ui5/webcomponents-icons/dist/menu2.js';
import { Button } from '@ui5/webcomponents-react/Button';
import { NavigationLayout } from '@ui5/webcomponents-react/NavigationLayout';
import { ShellBar } from '@ui5/webcomponents-react/ShellBar';
import { ShellBarBranding } from '@ui5/webcomponents-react/ShellBarBranding';
import { SideNavigation } from '@ui5/webcomponents-react/SideNavigation';
import { SideNavigationGroup } from '@ui5/webcomponents-react/SideNavigationGroup';
import { SideNavigationItem } from '@ui5/webcomponents-react/SideNavigationItem';
import { type ReactNode, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import type { About } from '../../src/entrypoints/http/contract/about.ts';
import { PAGES, type PageFacts } from './pages.tsx';
import { shellTexts } from './texts/shell.ts';
import { useTexts } from './texts/texts.ts';
import { useUser } from './user.ts';

const GROUPS = ['work', 'books', 'control', 'installation'] as const;

/** The bar above, the navigation beside, the page in the middle. */
export function Shell({ about, children }: { readonly about: About; readonly children: ReactNode }) {
  const words = useTexts(shellTexts);
  const [isCollapsed, setCollapsed] = useState(false);
  return (
    <NavigationLayout
      mode={isCollapsed ? 'Collapsed' : 'Auto'}
      header={
        <ShellBar
          startButton={
            <Button icon="menu2" accessibleName={words.navigation} onClick={() => setCollapsed(!isCollapsed)} />
          }
          branding={<ShellBarBranding>seller-ledger</ShellBarBranding>}
          secondaryTitle={about.line}
        />
      }
      sideContent={<Navigation />}
    >
      {children}
    </NavigationLayout>
  );
}

function Navigation() {
  const words = useTexts(shellTexts);
  const user = useUser();
  const may = (page: PageFacts) => user?.permissions.includes(page.access) ?? false;
  return (
    <SideNavigation accessibleName={words.navigation}>
      {GROUPS.map((group) => (
        <SideNavigationGroup key={group} text={words.groups[group]} expanded>
          {PAGES.filter((page) => page.nav?.group === group && may(page)).map((page) => (
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
