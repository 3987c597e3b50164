/** Each kind of a settlement row in German: its title, and what it means to an accountant. */
export const germanLineKinds = {
  'product-sale': ['Produktumsätze', 'Dem Käufer berechneter Warenpreis.'],
  'ebt-tender': [
    'Bezahlt mit EBT-Karte',
    'Teil eines Preises, den der Käufer mit einer Sozialleistungskarte bezahlt: eine Aufteilung des Zahlungsmittels, kein weiterer Erlös.',
  ],
  'shipping-income': ['Versanderlöse', 'Dem Käufer berechneter Versand.'],
  'gift-wrap-income': ['Erlöse aus Geschenkverpackung', 'Dem Käufer berechnete Geschenkverpackung.'],
  'promotion-product': ['Rabatte auf Ware', 'Nachlass auf den Warenpreis, den der Verkäufer trägt.'],
  'promotion-shipping': [
    'Rabatte auf Versand',
    'Nachlass auf den Versand, zum Beispiel kostenlose Lieferung, den der Verkäufer trägt.',
  ],
  'promotion-gift-wrap': [
    'Rabatte auf Geschenkverpackung',
    'Nachlass auf die Geschenkverpackung, den der Verkäufer trägt.',
  ],
  'promotion-tax': [
    'Steueranteil der Rabatte',
    'Steuer, die wegen eines Nachlasses nicht erhoben wurde: mindert die erhobene Steuer, nicht den Erlös.',
  ],
  'points-cost': ['Gewährte Amazon-Punkte', 'Treuepunkte, die der Käufer auf Kosten des Verkäufers erhält (Japan).'],
  'cod-charge': ['Nachnahmeentgelte', 'Dem Käufer für die Zahlung bei Lieferung berechnetes Entgelt.'],
  'cod-charge-refund': [
    'Erstattete Nachnahmeentgelte',
    'Dem Käufer erstattetes Entgelt für die Zahlung bei Lieferung.',
  ],
  'payment-fee': [
    'Gebühren für Zahlungsarten',
    'Gebühr von Amazon für eine Zahlungsart, für Nachnahme oder für schnellere Auszahlung.',
  ],
  'export-charge': ['Ausfuhrabgaben', 'Vom Käufer erhobene Zölle und Einfuhrabgaben, die weiterzureichen sind.'],
  'product-refund': ['Erstattungen von Ware', 'Dem Käufer erstatteter Warenpreis.'],
  'shipping-refund': ['Erstattungen von Versand', 'Dem Käufer erstatteter Versand.'],
  'gift-wrap-refund': ['Erstattungen von Geschenkverpackung', 'Dem Käufer erstattete Geschenkverpackung.'],
  'return-shipping': [
    'Rückversand',
    'Kosten der Rücksendung, die dem Käufer erstattet oder von seiner Erstattung einbehalten werden.',
  ],
  'promotion-product-reversal': [
    'Zurückgenommene Rabatte auf Ware',
    'Nachlass auf Ware, den eine Erstattung rückgängig macht.',
  ],
  'promotion-shipping-reversal': [
    'Zurückgenommene Rabatte auf Versand',
    'Nachlass auf Versand, den eine Erstattung rückgängig macht.',
  ],
  'promotion-gift-wrap-reversal': [
    'Zurückgenommene Rabatte auf Geschenkverpackung',
    'Nachlass auf Geschenkverpackung, den eine Erstattung rückgängig macht.',
  ],
  'promotion-tax-reversal': [
    'Zurückgenommener Steueranteil der Rabatte',
    'Steueranteil eines Nachlasses, den eine Erstattung rückgängig macht.',
  ],
  'points-returned': ['Zurückgegebene Amazon-Punkte', 'Treuepunkte, die mit einer Erstattung zurückkommen (Japan).'],
  'chargeback-product': ['Rückbuchungen – Ware', 'Warenpreis, den die Bank des Käufers zurückgeholt hat.'],
  'chargeback-shipping': [
    'Rückbuchungen – Versand und Geschenkverpackung',
    'Versand, Geschenkverpackung oder Rückversand, von der Bank des Käufers zurückgeholt.',
  ],
  'chargeback-goodwill': [
    'Rückbuchungen – Kulanz',
    'Zugeständnis oder Abzug, der zusammen mit einer Rückbuchung gebucht wird.',
  ],
  'claim-product': [
    'A-bis-z-Garantieanträge – Ware',
    'Warenpreis, der nach der A-bis-z-Garantie von Amazon zurückgezahlt wurde.',
  ],
  'claim-shipping': [
    'A-bis-z-Garantieanträge – Versand und Geschenkverpackung',
    'Versand, Geschenkverpackung oder Rückversand, nach der A-bis-z-Garantie zurückgezahlt.',
  ],
  'claim-goodwill': [
    'A-bis-z-Garantieanträge – Kulanz',
    'Zugeständnis oder Abzug, der zusammen mit einem A-bis-z-Garantieantrag gebucht wird.',
  ],
  'claim-recovery': [
    'Zurückerhaltene A-bis-z-Garantieanträge',
    'Garantieantrag, dessen Betrag Amazon dem Verkäufer zurückgibt.',
  ],
  'refund-goodwill': ['Kulanz gegenüber Käufern', 'Zugeständnis an den Käufer über die Erstattung hinaus.'],
  'restocking-fee': [
    'Wiedereinlagerungsgebühren',
    'Einbehaltener Teil des Preises, weil Ware gebraucht, verspätet oder unvollständig zurückkam.',
  ],
  'refund-deduction': ['Abzüge von Erstattungen', 'Allgemeiner Abzug, den Amazon mit einer Erstattung bucht.'],
  'points-adjustment': [
    'Berichtigte Amazon-Punkte',
    'Treuepunkte, die mit einer Erstattung berichtigt werden (Japan).',
  ],
  'buyer-recharge': [
    'Nachbelastung von Käufern',
    'Nach einer Erstattung erneut belasteter Käufer, zum Beispiel weil die Ware nicht zurückkam.',
  ],
  'merchant-bad-debt': ['Forderungsausfall', 'Betrag, den Amazon zulasten des Verkäufers ausbucht.'],
  'referral-fee': [
    'Verkaufsgebühren',
    'Provision von Amazon auf einen Verkauf; bei Erstattung abzüglich einer Bearbeitungsgebühr zurückgegeben.',
  ],
  'closing-fee': ['Abschlussgebühren', 'Feste oder variable Gebühr je verkauftem Artikel, für Medien und in Indien.'],
  'transaction-fee': ['Transaktionsgebühren', 'Andere Gebühr je Verkauf.'],
  'refund-administration-fee': [
    'Bearbeitungsgebühren für Erstattungen',
    'Teil der Provision, den Amazon bei der Erstattung eines Verkaufs behält.',
  ],
  'shipping-chargeback': [
    'Rückbelastung von Versand',
    'Dem Käufer berechneter Versand, den Amazon behält, weil es selbst versandt hat. Keine Rückbuchung der Bank.',
  ],
  'gift-wrap-chargeback': [
    'Rückbelastung von Geschenkverpackung',
    'Dem Käufer berechnete Geschenkverpackung, die Amazon behält, weil es selbst verpackt hat.',
  ],
  'shipping-holdback': ['Einbehalt auf Versand', 'Provision auf den dem Käufer berechneten Versand.'],
  'digital-services-fee': [
    'Gebühren für Digitalsteuern',
    'Aufschlag auf Gebühren, mit dem Amazon Digitalsteuern weitergibt.',
  ],
  'regulatory-fee': [
    'Regulatorische Gebühren',
    'Gebühr, die dem Verkäufer wegen einer Vorschrift eines Staates oder Bundesstaates berechnet wird.',
  ],
  'epr-fee': [
    'Gebühren der Herstellerverantwortung',
    'Beitrag für Verpackung oder Abfall, den Amazon für den Verkäufer zahlt, und die Gebühr dafür.',
  ],
  'programme-fee': [
    'Programmgebühren',
    'Gebühr eines Verkaufsprogramms: Renewed, Exclusives, Technologiegebühr in Indien.',
  ],
  'subscription-fee': ['Grundgebühr', 'Monatliche Gebühr des Verkaufstarifs.'],
  'account-service-fee': [
    'Kontodienste',
    'Gebühr für einen Dienst am Verkäuferkonto: viele Angebote, Produktfotos, bezahlte Dienste.',
  ],
  'capacity-reservation-fee': [
    'Reservierter Lagerplatz',
    'Gebühr für reservierten Lagerplatz, abzüglich der durch Nutzung verdienten Gutschriften.',
  ],
  'fee-adjustment': ['Gebührenberichtigungen', 'Berichtigung einer Gebühr, die die Zeile nicht nennt.'],
  'tax-calculation-fee': ['Gebühren für Steuerberechnung', 'Gebühr für Berechnung und Einzug der Verkaufssteuer.'],
  'fba-fulfilment-fee': [
    'FBA-Versand',
    'Kommissionieren, Verpacken und Versenden einer Bestellung aus dem Lager von Amazon.',
  ],
  'low-inventory-fee': [
    'FBA-Niedrigbestandsgebühren',
    'Aufschlag für einen im Vergleich zur Nachfrage kleinen Bestand.',
  ],
  'remote-fulfilment-credit': [
    'Gutschrift für Versand ins Ausland',
    'Gutschrift, oder deren Berichtigung, für Bestellungen in ein anderes Land.',
  ],
  'fba-storage-fee': ['FBA-Lagerung', 'Monatliche Lagerung; im Monat nach der Leistung berechnet.'],
  'awd-storage-fee': ['AWD-Lagerung', 'Lagerung in Amazon Warehousing and Distribution.'],
  'fba-aged-storage-fee': ['FBA-Langzeitlagerung', 'Aufschlag für lange gelagerten Bestand.'],
  'inbound-transport-fee': [
    'FBA-Einlieferung: Transport',
    'Fracht in die Lager von Amazon mit einem von Amazon vermittelten Frachtführer.',
  ],
  'inbound-placement-fee': ['FBA-Einlieferung: Verteilung', 'Gebühr für die Verteilung des Bestands auf Lager.'],
  'inbound-defect-fee': ['FBA-Einlieferung: Mängel', 'Gebühr für Sendungen, die nicht wie angekündigt ankamen.'],
  'prep-fee': [
    'FBA-Vorbereitung',
    'Etikettieren, Eintüten, Verkleben, manuelle Verarbeitung und andere Vorbereitung von Bestand.',
  ],
  'awd-processing-fee': ['AWD-Bearbeitung', 'Bearbeitung in Amazon Warehousing and Distribution.'],
  'awd-transport-fee': ['AWD-Transport', 'Transport von Amazon Warehousing and Distribution zu FBA.'],
  'removal-fee': ['FBA-Rücksendung an den Verkäufer', 'Rücksendung von Bestand an den Verkäufer.'],
  'disposal-fee': ['FBA-Entsorgung', 'Vernichten oder Verwerten von Bestand.'],
  'fba-returns-fee': ['FBA-Kundenrücksendungen', 'Bearbeitung von Ware, die Käufer zurücksenden.'],
  'mcf-fulfilment-fee': [
    'Multichannel-Versand',
    'Versand einer Bestellung aus einem anderen Vertriebskanal: Kosten jenes Kanals.',
  ],
  'mcf-credit': ['Gutschrift für Multichannel-Versand', 'Gutschrift auf den Preis des Multichannel-Versands.'],
  'mcf-order-value': [
    'Wert von Multichannel-Bestellungen',
    'Wert einer Bestellung aus einem anderen Kanal, meist 0,00: nie ein Verkauf bei Amazon, deshalb auf das Verrechnungskonto.',
  ],
  advertising: ['Werbung', 'Vom Erlös abgezogene Werbung; mit Karte bezahlte Werbung erscheint nie in der Abrechnung.'],
  'advertising-refund': ['Erstattete Werbung', 'Zurückgegebene Werbekosten.'],
  'coupon-fee': ['Coupongebühren', 'Gebühr für einen Coupon oder für jede Einlösung.'],
  'deal-fee': ['Angebotsgebühren', 'Gebühr für ein Blitzangebot oder eine andere Aktion.'],
  'vine-fee': ['Vine- und Bewertungsgebühren', 'Teilnahme an einem Bewertungsprogramm.'],
  'seller-reward': ['Prämien für Verkäufer', 'Prämie, die Amazon für die Teilnahme an einem Programm zahlt.'],
  'affordability-expense': [
    'Anteil an Ratenangeboten',
    'Anteil eines Ratenangebots, den der Verkäufer trägt (Indien).',
  ],
  'shipping-label-fee': ['Versandetiketten', 'Über Amazon gekauftes Porto für eigene Sendungen und Rücksendungen.'],
  'shipping-label-refund': ['Erstattete Versandetiketten', 'Für nicht genutzte Etiketten erstattetes Porto.'],
  'easy-ship-fee': ['Easy Ship', 'Abholung und Lieferung eigenen Bestands durch Amazon (Indien).'],
  'inventory-reimbursement': [
    'Ausgleich für FBA-Bestand',
    'Ausgleich für Bestand, der im Lager, auf dem Hinweg oder auf dem Rückweg verloren ging oder beschädigt wurde.',
  ],
  'customer-return-reimbursement': [
    'Ausgleich für FBA-Rücksendungen',
    'Ausgleich, weil ein Käufer trotz Erstattung die Ware nicht, falsch oder beschädigt zurücksandte.',
  ],
  'mcf-reimbursement': [
    'Ausgleich für Multichannel-Bestellungen',
    'Ausgleich für eine verlorene, beschädigte oder verspätete Multichannel-Bestellung.',
  ],
  'fee-reimbursement': [
    'Ausgleich für Gebühren',
    'Zu Unrecht berechnete Gebühr, die Amazon als Ausgleich zurückzahlt.',
  ],
  'other-reimbursement': [
    'Sonstiger Ausgleich',
    'Ausgleich für einen Fehler des Kundendienstes, nach neuer Bewertung oder für eine Erstattung.',
  ],
  'reimbursement-clawback': [
    'Zurückgenommener Ausgleich',
    'Ausgleich, den Amazon zurücknimmt, zum Beispiel weil der Bestand gefunden wurde.',
  ],
  'safe-t-reimbursement': [
    'SAFE-T-Ausgleich',
    'Ausgleich auf einen Antrag gegen eine von Amazon gewährte Erstattung bei eigenem Versand.',
  ],
  'carrier-reimbursement': [
    'Ausgleich des Frachtführers',
    'Ausgleich für Pakete, die ein von Amazon vermittelter Frachtführer verlor oder beschädigte.',
  ],
  'liquidation-proceeds': ['Erlöse aus Restpostenverkauf', 'Verwertungserlös von gesammelt verkauftem Bestand.'],
  'liquidation-fee': ['Gebühren für Restpostenverkauf', 'Vermittlungsgebühr auf gesammelt verkauften Bestand.'],
  'grade-and-resell-fee': ['Bewerten und Wiederverkaufen', 'Bewerten zurückgesandter Ware und Anbieten als gebraucht.'],
  'sales-tax-collected': [
    'Erhobene Steuer',
    'Steuer auf Preis, Versand oder Geschenkverpackung, dem Käufer berechnet oder mit einer Erstattung zurückgegeben.',
  ],
  'regulatory-fee-collected': [
    'Erhobene regulatorische Gebühren',
    'Gebühr eines Bundesstaates, zum Beispiel auf Lieferungen, dem Käufer berechnet und weiterzureichen.',
  ],
  'facilitator-tax-withheld': [
    'Einbehaltene Steuer des Marktplatzes',
    'Verkaufssteuer, die Amazon einbehält und selbst an den Bundesstaat abführt.',
  ],
  'facilitator-vat-withheld': [
    'Einbehaltene Umsatzsteuer des Marktplatzes',
    'Umsatzsteuer, die Amazon als fiktiver Lieferer einbehält und selbst abführt.',
  ],
  'low-value-goods-tax-withheld': [
    'Einbehaltene Steuer auf geringwertige Ware',
    'Steuer auf eingeführte Ware von geringem Wert, die Amazon einbehält und selbst abführt.',
  ],
  'tcs-withheld': [
    'An der Quelle erhobene GST',
    'GST, die Amazon an der Quelle zugunsten des Verkäufers erhebt (Indien, TCS).',
  ],
  'tds-withheld': [
    'An der Quelle abgezogene Einkommensteuer',
    'Einkommensteuer, die Amazon an der Quelle zugunsten des Verkäufers abzieht (Indien, Section 194-O).',
  ],
  'income-tax-withheld': [
    'Einbehaltene Einkommensteuer',
    'Einkommensteuer, die Amazon einbehält und für den Verkäufer abführt.',
  ],
  'retrocharge-tax': [
    'Nachberechnete Steuer',
    'Später berichtigte Steuer auf eine frühere Bestellung oder Erstattung.',
  ],
  'retrocharge-tax-withheld': [
    'Einbehaltene nachberechnete Steuer',
    'Später berichtigte Steuer des Marktplatzes auf eine frühere Bestellung oder Erstattung.',
  ],
  'commingling-vat': [
    'Umsatzsteuer auf vermischten Bestand',
    'Umsatzsteuer auf Bestand, den Amazon zwischen Verkäufern tauschte.',
  ],
  'amazon-fee-tax': ['Steuer auf Gebühren von Amazon', 'Umsatzsteuer oder GST auf eine Gebühr von Amazon.'],
  'amazon-loan': [
    'Amazon-Darlehen',
    'Auszahlung, Tilgung oder Erstattung eines Amazon-Darlehens; Zinsen werden nicht getrennt gezeigt.',
  ],
  'reserve-held': ['Einbehaltene Rücklage', 'Geld, das Amazon am Ende des Zeitraums zurückhält.'],
  'reserve-released': [
    'Freigegebene Rücklage',
    'Im vorigen Zeitraum zurückgehaltenes Geld, zu Beginn dieses Zeitraums freigegeben.',
  ],
  'opening-debt': ['Vorgetragene Schuld', 'Negative Summe der vorigen Abrechnung, in diese vorgetragen.'],
  'card-charge': [
    'Kartenbelastung für Schuld',
    'Karte oder Bankkonto des Verkäufers hat eine Schuld bei Amazon bezahlt.',
  ],
  'card-charge-failed': ['Gescheiterte Kartenbelastung', 'Eine Belastung der Karte des Verkäufers kam nicht zustande.'],
  'micro-deposit': [
    'Prüfung des Bankkontos',
    'Ein Cent, der zur Prüfung an ein Bankkonto gesandt oder davon abgebucht wird.',
  ],
  'payout-returned': [
    'Zurückgekommene Auszahlung',
    'Frühere Auszahlung, die die Bank nicht erreichte und wieder zum Guthaben gehört.',
  ],
  'payout-in-file': [
    'Auszahlung in der Datei',
    'Auszahlung, die die Datei als Zeile nennt; sonst ist die Auszahlung die Summe und keine Zeile.',
  ],
  'gift-card-payout': [
    'Auszahlung auf Geschenkkarte',
    'Guthaben, das als Geschenkkarte statt als Geld ausgezahlt wurde.',
  ],
  'cross-marketplace-debt': [
    'Verrechnung zwischen Marktplätzen',
    'Schuld eines Marktplatzes, mit einem anderen desselben Verkäufers verrechnet: zwei Seiten in zwei Abrechnungen.',
  ],
  'direct-payment': [
    'Direkte Zahlungen',
    'Zahlungsmittel, das den Verkäufer anders erreichte: Guthabenkarte, Kundenkarte, Nachnahme.',
  ],
  'balance-adjustment': [
    'Berichtigungen des Guthabens',
    'Berichtigung, die Amazon nicht erklärt: auf dem Klärungskonto, bis jemand nachgesehen hat.',
  ],
  'trial-sale': ['Verkäufe nach Anprobe', 'Preis von Ware, die ein Käufer nach dem Ausprobieren behielt.'],
  'rental-fee': ['Mietgebühren', 'Gebühr von Amazon für die Vermietung von Lehrbüchern.'],
} as const satisfies Readonly<Record<string, readonly [title: string, meaning: string]>>;

/** What closes an entry, and what an amount is carried on as. */
export const germanPurposes = {
  payout: 'Auszahlung',
  'closing-debt': 'Schuld am Ende',
  'carry-forward': 'Vortrag zwischen Monaten',
  'cross-company': 'Verrechnung zwischen Buchungskreisen',
  unsettled: 'Abgegrenzt, nicht abgerechnet',
  'order-receivable': 'Forderung aus Bestellungen',
  'tax-residual': 'Rest der einbehaltenen Steuer',
} as const satisfies Readonly<Record<string, string>>;
