#include "knowledge/clinical_cues.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "knowledge/text.hpp"
#include "knowledge/word_list.hpp"

namespace guardian::knowledge {
namespace {

using enum CueKind;
using Scope = CueScope;
using Post = PostKind;

constexpr CueGroup groups[] = {
    // Denied, with the whole list that follows.
    {negation, Scope::clause, Post::none, true,
     "no|nil|deny|denying|denies any|denied any|without|without any|w/o|w out|without evidence of|absence of|lack "
     "of|lacks|"
     "negative for|neg for|-ve for|tested negative for|free of|free from|clear of|no evidence of|no evidence for|no "
     "sign of|"
     "no signs of|no signs or symptoms of|no s/s of|no symptom of|no symptoms of|no features of|no history of|no hx "
     "of|no h/o|no past history of|no "
     "known history of|no prior history of|no previous history of|no personal history of|no documented history of|no "
     "report of|no reports of|no reported|no complaint of|no complaints of|no indication of|no suspicion of|no "
     "suspicion "
     "for|no concern for|no concerns for|no concern of|no need for|no indication for|no risk of|no evidence to "
     "suggest|no finding of|no findings of|no findings to suggest|"
     "nothing to suggest|no features to suggest|no episodes of|no episode of|no known|no such|neither|nor|none "
     "of|never had|"
     "has never had|have never had|does not have|do not have|did not have|doesnt have|dont have|didnt have|has not "
     "had|hasnt had|have not had|"
     "havent had|had not had|not had|not having|not have|not experiencing|not complaining of|not reporting|"
     "not suffering from|no problem with|no problems with|no issues with|no trouble with|no difficulty with|ruled out "
     "for|ruling out|unremarkable for|not known to have|not positive for|does not report|does not endorse|"
     "does not complain of|did not report|not diagnosed with|never diagnosed with|not got|has not got|no new|no "
     "active|no acute|no obvious|no overt|no significant|no current|no recent|no clinical|"
     "pertinent negatives|pertinent negatives include|negatives|negative ros for|not associated with|no associated|not "
     "a|"
     "no family history of|no family hx of|no fhx of|no fh of|without history of"},
    {negation, Scope::clause, Post::absent, false,
     "absent|negative|-ve|denied|neg|returned negative|returned as negative|came back negative|came back as "
     "negative|is back negative|reported negative|reported as negative|resulted negative|read as negative"},
    {negation, Scope::clause, Post::absent_strong, false, "ruled out|excluded"},
    {negation, Scope::item, Post::none, false,
     "not|never|isnt|wasnt|arent|werent|doesnt|didnt|hasnt|havent|hadnt|non|not on|not taking|not in|not a known|not "
     "currently"},
    // They hold a negation and deny nothing, or not what is named.
    {plain, Scope::clause, Post::none, false,
     "no increase|no increase in|no decrease|no decrease in|no change|no change in|no changes in|no improvement|no "
     "improvement in|no improvement of|no worsening|no worsening of|no relief|no relief from|no relief of|no response "
     "to|no benefit from|no "
     "resolution of|no control of|no doubt|not only|not just|not merely|not necessarily|not improving|not "
     "improved|not relieved|not relieved by|not responding|not responding to|not settling|not well controlled|not "
     "controlled|not optimally "
     "controlled|not fully controlled|not adequately controlled|not under control|not treated|not being treated|not "
     "tolerating|"
     "not tolerated|did not tolerate|not compliant|not compliant with|not adherent|non compliant|non compliance|non "
     "adherent|non "
     "adherence|non productive|non tender|non specific|non valvular|non ischemic|non insulin|non alcoholic|non "
     "small|non bleeding|without relief|without improvement|without resolution|without response|without change|without "
     "treatment|without "
     "difficulty|no compliance|no interval change|no longer responding|nil of note|no medication|no meds|no "
     "treatment|no "
     "therapy|not helped|not helped by|not enough|not as|not sleeping|not eating|not drinking|not coping|not drain|no "
     "cause|no cause of|no cause for|no "
     "obvious cause|unknown cause of|no stranger to|not new|not uncommon|not insignificant|not infrequent|not "
     "infrequently|not before|gram negative|gram positive|"
     "as soon as possible|if possible|where possible|not possible|if needed|if required|if necessary|if tolerated|as "
     "required|likely to need|likely to be discharged|not surprisingly|if anything|no later than|cannot "
     "tolerate|unable to tolerate|cannot "
     "sleep|not quite|when possible|no fixed abode|no matter"},
    // It was there and has gone, or comes again no more.
    {past, Scope::clause, Post::none, false,
     "no longer|no longer has|no longer having|no further|no further episodes of|no more|no recurrence of|no "
     "recurrent|no repeat|resolution of|"
     "no subsequent|no relapse of|not had any further|no other episodes of"},
    {past, Scope::clause, Post::none, true,
     "past medical history|past surgical history|past history|past medical hx|past med hx|past "
     "hx|pmh|pmhx|psh|pshx|past psychiatric history|"
     "past medical history of|past history of|pmh of|background|previous medical history|previous history|medical "
     "history|surgical history|medical history significant for|medical history includes|pmh significant for|pmh "
     "includes|past medical history significant for|past medical history includes|past medical history of note|"
     "background of"},
    {past, Scope::clause, Post::none, false,
     "history of|hx of|h/o|hx|hist of|history significant for|history notable for|history positive for|"
     "history includes|history including|medical history of|"
     "known history of|prior history of|previous history of|personal history of|remote history of|distant history "
     "of|history "
     "remarkable for|used to have|"
     "used to get|used to suffer from|recovered from|recovering from|previously had|previously diagnosed with|had "
     "previously|previous episode of|"
     "previous episodes of|prior episode of|prior episodes of|last episode of|last attack of|last one|past episode of"},
    {past, Scope::item, Post::none, false,
     "s/p|status post|previous|prior|former|formerly|remote|old|healed|treated previously for|childhood|ex|past|last"},
    {past, Scope::next, Post::none, false, "post"},
    {past, Scope::item, Post::past, false, "resolved|previously"},
    {none, Scope::clause, Post::past, false,
     "in the summer|in the spring|in the autumn|in the winter|over the summer|over the winter|never again|not "
     "since|once only|that was years ago|as a teenager|as a student|in her teens|in his teens|once at "
     "school|at school once|has not recurred|not recurred|has not returned|not returned|stopped|has resolved|have "
     "resolved|now "
     "resolved|completely resolved|fully resolved|since resolved|has since resolved|settled|has settled|subsided|has "
     "subsided|has stopped|in remission|in the past|as a child|in childhood|in infancy|in youth|years ago|cured|has "
     "recovered|recovered|has gone|have gone|now gone|has cleared|in her twenties|in his twenties|none since|nil "
     "since|free since|last winter|last spring|last summer|last autumn|last christmas"},
    {plain, Scope::clause, Post::present, false,
     "not resolved|not yet resolved|has not resolved|never resolved|hasnt resolved|not settled|not gone|not "
     "cleared|persists|persisting|"
     "persisted|continues|continuing|ongoing now|confirmed|is confirmed|was confirmed|yes|+ve|was positive|is "
     "positive|is present|present|"
     "is back|has returned|returned|recurred|has recurred|still present|is worse|is worsening|worsened|getting "
     "worse|has worsened"},
    {plain, Scope::clause, Post::doubt, false,
     "not ruled out|not been ruled out|not yet ruled out|not excluded|not been excluded|not yet excluded|cannot be "
     "excluded|cannot be ruled out|can not be excluded|can not be ruled out|could "
     "not be excluded|could not be ruled out|to be excluded|to be ruled out|needs to be excluded|needs to be ruled "
     "out|needs excluding|needs ruling out|"
     "must be excluded|must be ruled out|not confirmed|unconfirmed|not proven|suspected|is suspected|was suspected|is "
     "possible|is likely|possible|probable|likely|is "
     "probable|is considered|was considered|in question|is unlikely|was unlikely|less likely|not likely|was felt to be "
     "unlikely|felt unlikely|seems unlikely|thought unlikely|cant be excluded|cant be ruled out|test pending|result "
     "pending|tbc|is in the "
     "differential|on the differential|in the differential"},
    {none, Scope::clause, Post::unlikely, false,
     "low|is low|was low|is very low|very low|remains low|is quite low|quite low|felt to be low|thought to be low|low "
     "overall|is low overall|minimal|is minimal"},
    {none, Scope::clause, Post::absent_strong, false,
     "was ruled out|were ruled out|is ruled out|been ruled out|now ruled out|was excluded|were excluded|is "
     "excluded|been excluded|not present|not seen|not "
     "noted|not detected|not found|not identified|not evident|not demonstrated|not reported|not suspected|not "
     "visualised|"
     "not visualized|not apparent|not observed|not felt|not elicited|not palpable|not an issue|not a concern|did not "
     "occur|has not occurred|not developed"},
    {none, Scope::clause, Post::absent, false, "none|nil|no|never|free|n|not|deny"},
    // Doubted: someone thinks of it now.
    {doubt, Scope::item, Post::none, false,
     "likely due to|possibly due to|probably due to|likely secondary to|probably secondary to|possibly secondary "
     "to|likely related to|possibly related to|likely from|presumed due to|presumed secondary "
     "to|possible|possibly|probable|probably|likely|most likely|very "
     "likely|suspected|suspect|suspects|suspecting|query|questionable|"
     "could be|may be|might be|could have|may have|might have|may have had|might have "
     "had|maybe|perhaps|presumed|presumptive|presumably|"
     "concerned about|concern about|concerns about|concerns regarding|concern regarding|concerned that|concerned "
     "re|suspicious for|suspicious of|suspicion for|suspicion of|concern for|concerns for|concerned for|concerning "
     "for|c/f|worrisome for|suggestive of|suggesting|"
     "suggests|suggest|rule out|r/o|to rule out|exclude|to exclude|excluding|cannot exclude|cannot rule out|cant "
     "exclude|cant rule "
     "out|can not exclude|can not rule out|could not exclude|could not rule out|unable to exclude|unable to rule "
     "out|not ruled "
     "out|not excluded|does not exclude|does not rule out|not exclude|not certain if|not sure if|not sure "
     "whether|unsure if|unsure whether|uncertain if|uncertain "
     "whether|unclear if|unclear whether|as if|evaluate for|evaluation for|assess for|assessment for|investigate "
     "for|investigation for|investigated for|being investigated for|"
     "work up for|workup for|differential|differential of|differential diagnosis|differential includes|differential "
     "diagnosis includes|ddx|consider|considering|"
     "low suspicion for|low suspicion of|high suspicion of|high suspicion for|index of suspicion for|index of "
     "suspicion of|doubt|doubtful|working diagnosis|working diagnosis of|provisional diagnosis|provisional "
     "diagnosis of|potential|possibility of|likelihood of|low probability for|low probability of|high probability "
     "for|high probability of|intermediate probability for|intermediate probability "
     "of|tentative|impending|threatened|less likely|not likely|rather than"},
    {doubt, Scope::item, Post::doubt, false, "vs|versus|unlikely"},
    // Spoken of: a risk, an advice, a fear, a plan.
    {hypothetical, Scope::clause, Post::none, true,
     "advice|plan and advice|information given|return precautions|return advice|discharge advice|discharge "
     "instructions|safety netting|safety net|safety "
     "netted|patient education|education|"
     "side effects|possible side effects|side effects discussed|warning signs|red flags|red flag symptoms|red flags "
     "discussed|precautions"},
    {hypothetical, Scope::clause, Post::none, false,
     "risk of|risks of|risk for|risks|risks include|risks including|risk factors for|risk factor for|risk factors|at "
     "risk of|at risk for|high risk of|high risk "
     "for|increased risk of|risk assessment for|watch for|watch out for|watching for|look for|look out for|looking "
     "for|looking out for|keep an eye out for|monitor for|"
     "monitored for|monitoring for|monitor|monitor closely for|monitor for signs of|monitor for symptoms of|observe "
     "for|observed for|observe|alert for|alert to|vigilant for|beware of|beware|check for|"
     "checked for|screen for|screened for|screening for|test for|tested for|testing for|if|unless|in case of|in "
     "case|in the event of|in the event|should he|should she|"
     "should you|should they|should there|should there be|should any|should the patient|should patient|should "
     "pt|should symptoms|if any|if there is|if there are|"
     "if he develops|if she develops|if you develop|if patient develops|return if|return for|return with|return to ed "
     "if|return to ed for|return to ed with|come back if|come back with|come "
     "back for|call if|call for|call 911 for|call 999 for|call 911 if|call 999 if|seek help if|seek help for|seek "
     "medical attention for|seek medical attention if|seek medical advice if|seek medical help if|attend ed if|go to "
     "ed "
     "if|go to ed for|go to ed with|go to the ed if|report any|report if|report immediately|to report|advised to "
     "report|advised to return|advised to return if|advised to return with|advised to return for|advised to "
     "watch for|advised to seek help if|advised to call if|advised about|advised on|advised re|advised "
     "regarding|advised of|advised that|"
     "advise re|advice given re|advice re|advice about|advice on|advice regarding|counselled|counseled|counselled "
     "on|counseled on|counselled about|counseled about|counselled regarding|counseled regarding|counselled "
     "re|counseled re|counselled for|educated|educated on|educated about|educated regarding|"
     "educated re|education on|education about|education regarding|education re|taught about|warned|warned "
     "about|warned of|warned re|warned that|informed about|informed of|"
     "information on|information about|information re|leaflet on|leaflet about|handout on|discussed risk of|discussed "
     "risks of|discussed risk|discussed risks|discussed side effects|discussed possible|discussed potential|"
     "side effects of|side effects include|side effects including|side effects such as|side effect of|may cause|can "
     "cause|could cause|might cause|may include|which may cause|to prevent|prevent|prevents|preventing|"
     "prevention of|prevention against|for prevention of|prophylaxis of|prophylaxis for|prophylaxis "
     "against|prophylactic for|protect against|protection against|to avoid|avoid|avoiding|to "
     "reduce the risk of|reduces risk of|worried about|worries about|worry about|worrying about|worried re|worried "
     "that|worried she has|worried he has|fear of|fears|feared|afraid of|scared of|"
     "anxious about|anxious re|reassured about|reassured re|reassured regarding|asked about|asks about|enquired "
     "about|inquired about|questions "
     "about|queries about|contraindicated in|contraindications include|contraindicated with|caution in|caution "
     "with|not recommended in|immunised against|immunized against|vaccinated "
     "against|vaccinated for|vaccination against|vaccination for|immunity to|exposure to|exposed to|contact with|in "
     "contact with|lest|predisposed to|predisposes to|prone to|to look for|signs to watch for|"
     "symptoms to watch for|threshold for|low threshold for|would be|in patients with|patients with|in people "
     "with|people with|used to treat|used for|indicated for|indicated in|treats|awareness of|aware of risk of|aware of "
     "risks of|aware of|knows to report|call the doctor if|call doctor if|stop if|stop taking if|"
     "pause if|pause when|pause it if|pause it when|stop when|stop it if|stop it when|hold it if|hold it when|"
     "hold if|contact us if|contact gp if|see gp if|represent if|re present if|re attend if|reattend if|come in "
     "if|tell your doctor if|let us know if|let me know if"
     "|told about|told of|told that|reminded about|reminded of|reminded that|explained that|explained about"
     "|explained the|knows about|understands that|aware that|read about|leaflet mentions|would need"
     "|would mean|sooner if|earlier if|urgently if|urgently with|urgently for|quickly for|quickly if"
     "|immediately if|straight away if|straight away for|at once if|at once for|get help for|get help if"
     "|help for|ring us for|ring us if|ring if|ring for|ring with|phone if|phone for|phone us for"
     "|phone us if|dial 999 for|dial 999 if|dial 911 for|dial 911 if|999 for|999 if|911 for|911 if"
     "|hotline for|hotline if|come in for|come in quickly for|told to come back for|told to report"
     "|asked to report|reminded to report|knows to report|report unexplained|told to watch for"
     "|told to look for|asked to look for|told to look out for|told to expect|told to stop if"
     "|told to stop for|told to stop and|reminded to stop and|asked to stop and|told to dial|told to ring"
     "|told to call|told to phone|told to seek|told to get help|told to get seen|told to return"
     "|told to attend|told to go to|told to contact|told to mention|knows to ring|knows to call"
     "|knows to phone|knows to dial|knows to seek|knows to stop|knows to come|knows to get|knows to look"
     "|knows to watch|reminded to ring|reminded to call|reminded to phone|reminded to seek|reminded to come"
     "|reminded to look|reminded to watch|asked to ring|asked to call|asked to phone|asked to seek"
     "|asked to come back|asked to return|asked to watch|agrees to call|agrees to ring|told to come back"
     "|told to come in if|instructed to|understands to|leaflet given|leaflet given about|advice given about"
     "|advice given on|advice given|safety netted for|safety netted about|reassured that|would call if"
     "|will ring if|will call if|will come back if|will return if|ring before|call before|in the event"
     "|should her|should his|should the|should your|should their|should my|should it|should one|reasons to"
     "|reason to stop|reason to call|reason to ring|when to call|when to ring|when to phone|when to seek"
     "|when to stop|when to return|when to come back|when to worry|what to watch for|what to look for"
     "|what to look out for|ring at once|call at once|phone at once|ring straight away|call straight away"
     "|ring immediately|call immediately|calling 999|calling 911|ringing 999|dialling 999|given the card"
     "|given a card|given the alert card|given an alert card|carries an alert card|carries the alert card"},
    // What somebody is told to look out for stands behind a colon, and is a list.
    {hypothetical, Scope::clause, Post::none, true,
     "counselled on signs of|counselled on symptoms of|counselled on signs and symptoms of|counselled on signs of "
     "toxicity|counselled on symptoms of toxicity|counselled about signs of toxicity|counselled about symptoms of "
     "toxicity|counseled on signs of|counseled on symptoms of|counseled on signs and symptoms of|counseled on signs of "
     "toxicity|counseled on symptoms of toxicity|counseled about signs of toxicity|counseled about symptoms of "
     "toxicity|educated on signs of|educated on signs of toxicity|educated about signs of toxicity|knows the signs of "
     "toxicity|told the signs of toxicity|signs of toxicity explained|symptoms of toxicity explained|warning signs "
     "explained|warning signs discussed|red flags explained"},
    {hypothetical, Scope::item, Post::none, false, "advised|advise"},
    {hypothetical, Scope::next, Post::none, false, "should|anti"},
    {none, Scope::clause, Post::hypothetical, false,
     "risk|risks|risk factor|risk factors|risk "
     "assessment|prophylaxis|precaution|precautions|prevention|vaccine|vaccination|vaccinations|vaccinated|"
     "immunisation|immunization|immunised|immunized|jab|jabs|assessment|education|counselling|counseling|leaflet|"
     "screen|"
     "screening|test|tests|testing|swab|score|risk "
     "score|awareness|support group|charity|advice|alert bracelet|risk stratification|free "
     "diet|ward|unit|team|specialist|helpline|means ring|means call|means phone|means dial|means stop|means come "
     "in|means go to|should be reported|must be reported|would be a reason to|is a reason to|are reasons to"},
    // Of others.
    {family, Scope::clause, Post::none, true,
     "family history|family hx|fam hx|famhx|fhx|fh x|family medical history|family history of|family hx of|fhx of|fh "
     "of|fam hx of|strong family history of|"
     "family history significant for|family history positive for|family history includes|positive family history "
     "of|strong family history|positive family history|"
     "family hx significant for|fh"},
    {none, Scope::clause, Post::family, false,
     "in the family|in family|runs in the family|run in the family|runs in family|on maternal side|on paternal side"},
    {relative, Scope::clause, Post::none, false,
     "mother|father|mom|mum|mam|dad|grandad|granddad|nan|gran|granny|nana|nanna|auntie|great aunt|great uncle|great "
     "grandmother|great "
     "grandfather|stepfather|stepmother|stepson|stepdaughter|sister|brother|son|sons|daughter|aunt|uncle|grandmother|"
     "grandfather|grandma|grandpa|"
     "grandparent|cousin|"
     "parent|sibling|wife|husband|partner|spouse|niece|nephew|twin|relative|maternal grandmother|maternal "
     "grandfather|paternal "
     "grandmother|paternal grandfather|maternal aunt|maternal uncle|paternal aunt|paternal uncle|maternal "
     "side|paternal side|first degree relative|"
     "family "
     "member|flatmate|roommate|neighbor|friend|boyfriend|girlfriend|grandson|granddaughter|mothers|fathers|mgm|mgf|pgm|"
     "pgf"},
    // Where it ends.
    {stop, Scope::clause, Post::none, false,
     "but|however|except|except for|with the exception of|apart from|aside from|other "
     "than|besides|although|though|even though|yet|nevertheless|"
     "whereas|while|whilst|despite|in spite of|only|just|instead|then|save for|otherwise has|still|still has|still "
     "having"},
    {plain, Scope::clause, Post::none, false, "if not|but not limited to|only if"},
    {reason, Scope::clause, Post::none, false,
     "for|due to|due|secondary to|because|because of|owing to|caused by|attributed to|given|given his|given her|in "
     "view of|in light of|related to|on a background of|on background of|in the setting of|in setting of|in context "
     "of|in the context of|as"},
    {verb, Scope::clause, Post::none, false,
     "has|had|report|reported|reporting|developed|develops|developing|endorse|endorsed|admits|admits "
     "to|experienced|experiencing|noticed|noticing|notice|started|has started|"
     "remains|describes|described|describe|noted|now|now has|currently|currently has|known|positive for|+ve "
     "for|diagnosed with|feels|felt|came in with|has had|has been having|found to have|went into|with "
     "new|tolerating|ambulating|eating|drinking|passing|voiding|awaiting|mobilising|mobilizing"},
    {strong_verb, Scope::clause, Post::none, false,
     "presents|presents with|presented|presented with|presenting|presenting with|complains of|complaining "
     "of|complained of|complain of|c/o|admitted with|admitted for|admitted due to|admitted following|now "
     "presents with|p/w|brought in with|here with|here for|attends with|attended with|attending with|referred with|who "
     "presents with|complicated by|chief complaint|presenting complaint|presented to|today has|today reports|reason "
     "for admission"},
    {circumstance, Scope::clause, Post::none, false,
     "since|after|following|during|before|on|from|prior to|while on|upon|when"},
    {subject, Scope::clause, Post::none, false, "he|she|they|patient|pt|i|the patient|client|resident|him|her"},
    {conjunction_and, Scope::clause, Post::none, false, "and|as well as|plus|along with|and or"},
    {conjunction_or, Scope::clause, Post::none, false, "or"},
    {current, Scope::clause, Post::none, false,
     "active|ongoing|current|new|acute|worsening|persistent|fresh|recurrent"},
    {link, Scope::clause, Post::none, false,
     "any|of|the|a|an|other|further|significant|relevant|personal|recent|clinical|documented|clear|definite|such|that|"
     "there|ever|having|"
     "have|having "
     "had|been|be|taking|prescribed|some|his|their|symptoms|symptom|sign|signs|feature|features|episode|episodes|"
     "evidence|it|"
     "you|medical|to|also|either|previous known|re|about|regarding|including|include|such "
     "as|eg|specifically|particularly|especially|both|suffering|suffered|suffers|ie|at all|in"},
    {none, Scope::clause, Post::filler, false,
     "be|been|being|has|have|had|now|currently|also|the|a|test|tests|screen|result|results|status|antibody|antibodies|"
     "antigen|culture|cultures|scan|swab|symptoms|serology|"
     "episodes|on ct|on ctpa|on mri|on imaging|on scan|on ultrasound|on uss|on us|on x ray|on cxr|on ecg|on echo|on "
     "examination|by ct|by ctpa|with|has been|have been|was|were|is|are|today|at present|this time|clinically|felt to "
     "be|thought to be|all|both|this|that|to|as|pcr|ab|ag|hcg|typing|genotyping|genotype|"
     "assay|allele|carrier status"},
};

// Sorted. Each is an abbreviation of a condition or test, and a word of its own.
constexpr std::array<std::string_view, 47> capitals = {
    "ad",    "aid", "aids", "all", "als", "am", "an",  "are", "arm", "as",  "at",  "be", "cap", "cat", "cd",  "dish",
    "dress", "ed",  "fit",  "gad", "had", "he", "his", "hit", "ice", "ill", "in",  "is", "it",  "lad", "led", "low",
    "mad",   "me",  "men",  "ms",  "no",  "on", "or",  "pad", "pat", "rad", "sad", "so", "to",  "ttp", "us"};

// Among the phrases of doubt, and in them: "low suspicion for" and "low suspicion of".
constexpr std::array<std::string_view, 10> leaning_to_no = {
    "unlikely",    "less likely",  "not likely",     "low suspicion", "low probability",
    "rather than", "evaluate for", "evaluation for", "assess for",    "assessment for"};

// How small a measured doubt is, behind what is doubted.
constexpr WordList small = {"low", "minimal", "overall"};

constexpr WordList measured_doubts = {"concern",     "concerns", "suspicion",   "suspicions",
                                      "probability", "index",    "possibility", "likelihood"};

constexpr WordList short_denials = {"no", "nil", "never", "none", "not", "n", "non", "deny"};

}  // namespace

std::span<const CueGroup> cue_groups() { return groups; }

static_assert(std::is_sorted(capitals.begin(), capitals.end()));

bool needs_capitals(std::string_view word) { return std::binary_search(capitals.begin(), capitals.end(), word); }

bool is_short_denial(std::string_view word) { return short_denials.has(word); }

bool leans_to_no(std::string_view cue) {
  const std::string words = lower_case(cue);
  if (small.has(std::string_view(words).substr(words.rfind(' ') + 1))) return true;
  return std::any_of(leaning_to_no.begin(), leaning_to_no.end(),
                     [&](std::string_view phrase) { return words.find(phrase) != std::string::npos; });
}

bool is_measured_doubt(std::string_view word) { return measured_doubts.has(word); }

}  // namespace guardian::knowledge
