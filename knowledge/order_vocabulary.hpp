#pragma once
// The tables behind order_words.hpp: which words are forms, routes, units, salts, frequencies or plain talk. Words of
// one list are parted by blanks. Only order_words.cpp reads them.

#include <array>
#include <string_view>
#include <utility>

#include "knowledge/order_words.hpp"

namespace guardian::knowledge::order_vocabulary {

using core::DoseUnit;

struct RoleWords {
  WordRole role;
  std::string_view words;
};

// A word stands in the first list that names it.
inline constexpr std::array<RoleWords, 11> roles{{
    {WordRole::unit,
     "mg mgs milligram milligrams mcg mcgs ug microgram micrograms g gm gms gr gram grams ng kg kgs unit units u iu "
     "ius unt "
     "unts ml mls cc ccs l liter liters litre litres meq meqs milliequivalent milliequivalents mmol mmols percent pct "
     "h hr hrs "
     "hour hours hrly min mins minute minutes sec second seconds d dy dys day days wk wks week weeks mo mos mon month "
     "months yr "
     "year years tsp teaspoon teaspoons teaspoonful teaspoonfuls tbsp tablespoon tablespoons tablespoonful oz ounce "
     "ounces mci "
     "mbq cell cells pfu bau ir ccid x xs actuat actuation actuations million mu m2 sqcm"},
    {WordRole::form,
     "tab tabs tablet tablets tb tabl tbl caplet caplets cap caps capsule capsules pill pills softgel softgels gelcap "
     "gelcaps "
     "geltab geltabs liquigel liquigels liqui gels gel cream crm creme ointment oint ung lotion shampoo foam paste "
     "powder pwd "
     "powdr solution soln sol suspension susp syrup syr syp elixir elix liquid liq oral drop drops gtt gtts spray "
     "sprays patch "
     "patches lozenge lozenges troche troches pastille pastilles film films strip strips wafer suppository "
     "suppositories supp "
     "suppos enema ring injection injections injectable inj infusion inf drip vial vials ampule ampules ampoule "
     "ampoules amp "
     "amps syringe syringes pen pens cartridge packet packets sachet sachets granule granules implant inhaler inhalers "
     "puff puffs "
     "mdi dpi neb nebs nebule nebules nebulizer nebuliser nebulized nebulised nebulisation nebulization respule "
     "respules mouthwash "
     "rinse gum pack packs dosepak pak kit bag bottle btl tube device pellet pellets insert douche swab pad pads "
     "sponge "
     "application applications applicator applicatorful chewable chew chewables chewtab disintegrating dispersible "
     "dissolving "
     "orodispersible effervescent tablespoonfuls metered inhalant product premix piggyback bolus push douche emulsion "
     "concentrate "
     "jelly lollipop tape system mouthspray sprinkles sprinkle actuator cylinder"},
    {WordRole::route,
     "po orally mouth iv ivp ivpb intravenous intravenously im intramuscular intramuscularly sc sq subq subcut "
     "subcutaneous "
     "subcutaneously sl sublingual sublingually pr rectal rectally rectum pv vaginal vaginally vagina intravaginal "
     "topical "
     "topically transdermal transdermally td buccal buccally ophthalmic ophth ophthalmically opth eye eyes ou os otic "
     "ear ears "
     "nasal nasally intranasal intranasally nostril nostrils nares inh inhl inhal inhaled inhale inhalation "
     "inhalations "
     "intrathecal "
     "intrathecally epidural intravitreal intraarticular intravesical intrauterine iud intradermal intraosseous dental "
     "nebulize "
     "enteral enterally ng ngt peg gtube jtube pegtube transmucosal cutaneous percutaneous swish swallow skin"},
    {WordRole::frequency,
     "qd qday od bid bd tid tds qid qds qod eod qam qpm qhs hs qn qnoc nocte noct mane daily everyday weekly qweek qwk "
     "qw qwks "
     "monthly qmonth quarterly yearly annually fortnightly biweekly eow qow om midi hourly hrly nightly bedtime "
     "morning mornings evening evenings "
     "night nights "
     "noon afternoon midday am tiw biw once twice thrice time times q every each per other alternate stat ac pc achs "
     "qac mwf "
     "tths tthsa tthss tth tuthsa tthsasu ttss monday mondays tuesday tuesdays wednesday wednesdays thursday thursdays "
     "friday fridays saturday saturdays "
     "sunday "
     "sundays tue tues wed thu thur thurs fri sat sun breakfast lunch dinner supper meal meals qmo qshift daytime bed "
     "wakeup "
     "regularly continuous continuously weekday weekdays weekend weekends diaper nappy dressing change changes "
     "changing"},
    {WordRole::salt,
     "hydrochloride hcl dihydrochloride monohydrochloride hydrobromide hbr bromide chloride iodide sulfate sulphate "
     "sulf bisulfate "
     "bisulphate sulfite phosphate diphosphate biphosphate acetate diacetate citrate bitartrate tartrate tart maleate "
     "bimaleate "
     "fumarate fum hemifumarate succinate succ hemisuccinate mesylate mesilate methanesulfonate besylate besilate "
     "tosylate "
     "tosilate esylate edisylate isethionate isetionate napsylate camsylate pamoate embonate nitrate lactate gluconate "
     "glucoheptonate stearate palmitate valerate benzoate salt salts sodium na disodium trisodium potassium "
     "dipotassium calcium "
     "magnesium zinc meglumine tromethamine trometamol lysine arginine olamine ethanolamine diethylamine erbumine "
     "tert butylamine benzathine axetil proxetil pivoxil medoxomil cilexetil etexilate mofetil marboxil propionate "
     "dipropionate "
     "furoate acetonide hexacetonide diproprionate pivalate tebutate cypionate cipionate enanthate enantate decanoate "
     "undecanoate "
     "undecylenate ethylsuccinate estolate monohydrate dihydrate trihydrate hemihydrate sesquihydrate hydrate hydrated "
     "anhydrous "
     "anhyd hydrous hexahydrate pentahydrate heptahydrate malate dimaleate oxalate orotate aspartate xinafoate hyclate "
     "monosodium bicitrate acid base tannate polistirex resinate saccharate adipate teoclate theoclate hippurate "
     "mandelate "
     "carbonate dimesylate ditosylate tetrahydrate hydroxynaphthoate monophosphate trifenatate"},
    {WordRole::release,
     "er xr sr xl cr la cd ec dr ir mr sa xt odt odf hfa respimat diskus turbuhaler turbohaler handihaler respiclick "
     "ellipta "
     "flexhaler twisthaler accuhaler flexpen flextouch kwikpen solostar penfill autoinjector auto injector sureclick "
     "prefilled "
     "extended delayed immediate controlled sustained modified prolonged slow timed release rel coated enteric coat "
     "film "
     "ext xtended retard lar strength str ds double single preservative free pf sugar flavored flavoured flavor "
     "micronized "
     "micronised recombinant human porcine bovine equine usp bp nf generic brand name brandname plain regular oros "
     "gits buffered "
     "concentrated unscented sterile nonsterile latex biosimilar lyophilized pegylated liposomal vaginal maintenance "
     "starter "
     "titration dose pack low high resistant gastroresistant"},
    {WordRole::joiner, "and with w plus combined"},
    {WordRole::purpose,
     "for prn treat treating treats treatment indication indicated because due prevent prevention against ppx "
     "prophylaxis"},
    {WordRole::denial,
     "no not avoid without except never stop stopped hold held instead replaces replacing replace replaced discontinue "
     "discontinued dc allergic allergy intolerant substitute unless versus vs until after before"},
    {WordRole::talk,
     "sliding scale correction correctional ssi infuse infused run titrate divided div equal on off through thru "
     "take takes taking taken took give gives given giving start starts started starting continue continued continues "
     "resume "
     "use uses used using apply applied applying instill inject injected insert place put administer chew dissolve "
     "drink inhale "
     "patient pt pts home med meds medication medications medicine medicines drug drugs rx tx sig the a an of by in on "
     "at to into as "
     "is was be or if when then his her their own this that from up down about approximately approx around needed "
     "required "
     "directed instructed necessary tolerated via both affected area areas left right each side thin layer food foods "
     "water juice "
     "milk snack full glass empty stomach may repeat repeated can could should must will would total totaling dose "
     "doses dosing "
     "dosed single loading load maintenance initial initially titrate titrated titrating increase increased decrease "
     "decreased "
     "taper tapered tapering change changed currently current past last next first then reported reports active "
     "completed "
     "new old long short term course supply disp dispense dispensed qty quantity refill refills rf nte exceed "
     "exceeding more less "
     "than least under over weight based otc prescribed prescription otherwise only also still now x qs sos chronic "
     "acute pain "
     "painful fever nausea vomiting anxiety insomnia headache headaches itching itch rash infection hypertension htn "
     "diabetes dm2 "
     "cholesterol depression seizure seizures asthma copd gout gerd reflux heartburn constipation diarrhea cough "
     "wheezing wheeze "
     "dyspnea sob spasm spasms swelling inflammation breakthrough mild moderate severe agitation bp blood pressure "
     "heart rate "
     "sugar level levels target goal trough inr ordered order one-time standing scheduled sched unknown stable well "
     "lifelong year "
     "long-term shared own rx'd knee knees hip shoulder back neck hand hands foot feet scalp face arm arms thigh "
     "abdomen joint "
     "joints area site sites wound lesion lesions skin topically under tongue inside cheek per protocol pharmacy "
     "dosage "
     "available trade aka called known equivalent equals adult adults child children pediatric paediatric infant "
     "infants "
     "apo pms ratio auro jamp riva taro natco teva mylan sandoz apotex zydus lupin aurobindo accord torrent amneal "
     "unichem camber solco cipla reddys dr sun "
     "pharma actavis "
     "watson greenstone ranbaxy wockhardt hikma fresenius kabi hospira pfizer novartis merck bayer roche sanofi gsk "
     "astrazeneca "
     "takeda novo nordisk lilly lannett perrigo viatris macleods ajanta alembic glenmark intas breckenridge par "
     "northstar major "
     "rugby kirkland equate cvs walgreens stada ratiopharm hexal abz heumann aliud tbl inc ltd llc labs laboratories "
     "limited brand "
     "jan feb mar apr jun jul aug sep sept oct nov dec january february march april june july august september october "
     "november "
     "december started since prior history hx s/p status post ongoing intermittently sometimes occasionally recently "
     "today yesterday "
     "tonight tomorrow week ago noted list reformulated diaper nappy dressing changes changing procedure procedures "
     "regime regimen reducing cannula prongs carb carbs carbohydrate chemo prechemo cycle"},
}};

// Words that make another product of a name: of any name, and of a brand only.
inline constexpr std::string_view modifiers_of_names =
    "hct hctz plus pm dm pe hc d duo comp comps compound compositum co fe hd ac vc cf ii iii combo combi forte cold "
    "flu sinus "
    "cough congestion";
inline constexpr std::string_view modifiers_of_brands =
    "allergy multi complete complex extra max maximum severe advanced ultra night nighttime nt dual triple se migraine "
    "menstrual "
    "sleep gold daytime chest sodium n g e s a b c k m p h r";

struct RouteWords {
  std::string_view route;
  bool from_form;
  std::string_view words;
};
inline constexpr std::array<RouteWords, 25> routes{{
    {"oral", false, "po orally mouth oral enteral enterally ngt gtube jtube pegtube swallow"},
    {"oral", true,
     "tab tabs tablet tablets tabl tbl caplet caplets cap caps capsule capsules pill pills softgel softgels gelcap "
     "gelcaps geltab "
     "geltabs liquigel liquigels chewable chewables chewtab chew odt odf elixir elix syrup syr syp effervescent "
     "orodispersible "
     "dispersible disintegrating"},
    {"iv", false, "iv ivp ivpb intravenous intravenously piggyback"},
    {"iv", true, "drip infusion"},
    {"im", false, "im intramuscular intramuscularly"},
    {"subcutaneous", false, "sc sq subq subcut subcutaneous subcutaneously"},
    {"sublingual", false, "sl sublingual sublingually tongue"},
    {"rectal", false, "rectal rectally rectum"},
    {"rectal", true, "suppository suppositories supp suppos enema"},
    {"vaginal", false, "pv vaginal vaginally vagina intravaginal"},
    {"topical", false, "topical topically cutaneous"},
    {"topical", true, "cream crm creme ointment oint ung lotion gel shampoo wash swab swabs"},
    {"transdermal", false, "transdermal transdermally percutaneous td"},
    {"transdermal", true, "patch patches"},
    {"buccal", false, "buccal buccally transmucosal"},
    {"buccal", true, "lozenge lozenges troche troches pastille pastilles mouthwash swish gum"},
    {"ophthalmic", false, "ophthalmic ophth ophthalmically opth ou eye eyes"},
    {"otic", false, "otic ear ears"},
    {"nasal", false, "nasal nasally intranasal intranasally nostril nostrils nares"},
    {"inhaled", false, "inhaled inhale inhalation inhalations inhal inh inhl nebulize nebulized nebulised"},
    {"inhaled", true,
     "inhaler inhalers mdi dpi neb nebs nebule nebules nebulizer nebuliser nebulization nebulisation respule respules "
     "inhalant hfa "
     "diskus turbuhaler turbohaler handihaler respiclick ellipta flexhaler twisthaler accuhaler"},
    {"implant", true, "implant"},
    {"intrathecal", false, "intrathecal intrathecally"},
    {"epidural", false, "epidural"},
    {"intravitreal", false, "intravitreal"},
}};
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 5> rare_routes{
    {{"intraarticular", "intraarticular"},
     {"intravesical", "intravesical"},
     {"intrauterine", "intrauterine"},
     {"iud", "intrauterine"},
     {"dental", "dental"}}};

struct UnitWords {
  DoseUnit unit;
  std::string_view words;
};
inline constexpr std::array<UnitWords, 12> units{{
    {DoseUnit::mg, "mg mgs milligram milligrams"},
    {DoseUnit::mcg, "mcg mcgs ug microgram micrograms"},
    {DoseUnit::g, "g gm gms gram grams"},
    {DoseUnit::units, "unit units u iu ius unt unts ie"},
    {DoseUnit::ml, "ml mls cc ccs"},
    {DoseUnit::meq, "meq meqs milliequivalent milliequivalents"},
    {DoseUnit::mmol, "mmol mmols"},
    {DoseUnit::percent, "percent pct"},
    {DoseUnit::tablet,
     "tab tabs tablet tablets tabl tbl caplet caplets cap caps capsule capsules pill pills softgel softgels gelcap "
     "gelcaps geltab "
     "geltabs packet packets sachet sachets lozenge lozenges troche troches suppository suppositories supp suppos film "
     "films strip "
     "strips wafer dose doses vial vials amp amps ampule ampules ampoule ampoules nebule nebules neb nebs respule "
     "respules "
     "syringe syringes chewable chewables"},
    {DoseUnit::drop, "drop drops gtt gtts"},
    {DoseUnit::puff, "puff puffs inhalation inhalations spray sprays actuation actuations actuat"},
    {DoseUnit::patch, "patch patches"},
}};

// Beside "one" to "twelve" (number_words.hpp).
inline constexpr std::array<std::pair<std::string_view, double>, 21> number_words{
    {{"half", 0.5},   {"once", 1},      {"twice", 2},      {"thrice", 3},    {"thirteen", 13}, {"fourteen", 14},
     {"fifteen", 15}, {"sixteen", 16},  {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19}, {"twenty", 20},
     {"thirty", 30},  {"forty", 40},    {"fifty", 50},     {"sixty", 60},    {"seventy", 70},  {"eighty", 80},
     {"ninety", 90},  {"hundred", 100}, {"thousand", 1000}}};

inline constexpr double week = 7.0;
inline constexpr double month = 30.0;
struct TimeWords {
  double days;
  std::string_view words;
};
inline constexpr std::array<TimeWords, 6> time_units{{{1.0 / 1440.0, "min mins minute minutes"},
                                                      {1.0 / 24.0, "h hr hrs hour hours hrly"},
                                                      {1.0, "d dy dys day days"},
                                                      {week, "w wk wks week weeks"},
                                                      {month, "mo mos mon month months"},
                                                      {365.0, "yr year years"}}};
inline constexpr std::array<TimeWords, 12> rates{{{1.0, "qd qday od daily everyday"},
                                                  {2.0, "bid bd"},
                                                  {3.0, "tid tds"},
                                                  {4.0, "qid qds"},
                                                  {0.5, "qod eod"},
                                                  {24.0, "hourly"},
                                                  {1.0 / week, "weekly qweek qwk qw"},
                                                  {3.0 / week, "tiw"},
                                                  {1.0 / 14.0, "fortnightly eow qow"},
                                                  {1.0 / month, "monthly qmonth qmo"},
                                                  {1.0 / 90.0, "quarterly"},
                                                  {1.0 / 365.0, "yearly annually"}}};

}  // namespace guardian::knowledge::order_vocabulary
