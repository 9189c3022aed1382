import { stem } from './words.js'

/**
 * Words that stand for the same thing in requests, one group a line. They let a request meet an example that says the same in
 * other words. General on purpose: no group is made for one template.
 */
const groups = `
missing blank empty null nan gap hole void absent unfilled incomplete sparse missingness completeness
duplicate dupe double repeated redundant twice dedupe deduplicate deduplication repeat copies
clean cleanse tidy scrub wrangle munge sanitise sanitize normalise normalize standardise standardize fix preprocess prep polish cleanup
messy dirty sloppy chaotic mess junk garbage
table csv tsv spreadsheet dataset export dump records rows sheet dataframe excel columns fields
profile statistics stats describe audit inspect overview distribution types quality
ticket case enquiry inquiry incident issue complaint request
inbox mailbox mail email message helpdesk support zendesk freshdesk intercom desk
urgent pressing critical priority prioritise prioritize severity important emergency escalate escalation asap rank severe wait
triage route sort categorise categorize classify label tag assign queue separate split
reply response answer respond
review rating feedback comment opinion testimonial verbatim survey questionnaire nps csat responses remarks evaluation
sentiment mood emotion feel feeling tone polarity attitude satisfied satisfaction happy unhappy angry annoyed positive negative praise complain criticism love hate like dislike friendly hostile
customer client guest visitor user buyer patient tenant citizen subscriber audience
blog article post column essay story piece content text copywriting listicle medium substack
write draft compose author ghostwrite produce pen
seo keyword headline outline
diff patch changeset hunk pull-request merge-request pr mr
code source function class module script program software
bug defect error mistake flaw fault vulnerability injection leak race unsafe insecure
reviewer critique inspect check feedback lgtm nitpick
commit git repository repo log history branch tag svn
changelog release version notes news changes update upgrade announcement shipped
feature fix chore breaking
paper study article preprint thesis dissertation publication manuscript trial journal arxiv research scientific scholarly
summary summarise summarize condense digest abstract gist tldr shorten synopsis takeaway brief boil compress recap nutshell
finding result conclusion method limitation evidence sample
document file manual handbook guide contract agreement lease policy terms rulebook regulation bylaws specification leaflet minutes transcript instructions rules statute clause
question ask find locate lookup search say state according
quote cite citation passage clause paragraph wording sentence verbatim
translate translation language
chart plot graph diagram dashboard visualise visualize
schedule remind calendar meeting appointment
send publish post deploy upload tweet notify
buy order book pay purchase
predict forecast train model
`

const conceptOf = new Map<string, string[]>()
for (const line of groups.trim().split('\n')) {
  const stems = [...new Set(line.split(' ').map(stem))]
  for (const word of stems) conceptOf.set(word, [...(conceptOf.get(word) ?? []), stems[0] as string])
}

/** The groups that a word, already shortened to its stem, belongs to. */
export function conceptsOf(word: string): readonly string[] {
  return conceptOf.get(word) ?? []
}
