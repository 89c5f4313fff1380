#include "knowledge/clinical_text.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <vector>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "knowledge/text.hpp"

using namespace guardian::knowledge;

namespace {

// A small lexicon: phrase, id; an id may stand for several phrases.
const ClinicalLexicon& lexicon() {
  static const ClinicalLexicon made = [] {
    const std::vector<std::pair<const char*, const char*>> rows = {{"melaena", "melena"},
                                                                   {"black stools", "melena"},
                                                                   {"tarry stools", "melena"},
                                                                   {"haematemesis", "hematemesis"},
                                                                   {"bleeding", "bleeding"},
                                                                   {"bleed", "bleeding"},
                                                                   {"gi bleed", "gi_bleed"},
                                                                   {"upper gi bleed", "gi_bleed"},
                                                                   {"fever", "fever"},
                                                                   {"fevers", "fever"},
                                                                   {"febrile", "fever"},
                                                                   {"chills", "chills"},
                                                                   {"rigors", "chills"},
                                                                   {"chest pain", "chest_pain"},
                                                                   {"cp", "chest_pain"},
                                                                   {"palpitations", "palpitations"},
                                                                   {"pain", "pain"},
                                                                   {"shortness of breath", "sob"},
                                                                   {"sob", "sob"},
                                                                   {"dyspnoea", "sob"},
                                                                   {"breathless", "sob"},
                                                                   {"cough", "cough"},
                                                                   {"n/v", "vomiting"},
                                                                   {"nausea", "nausea"},
                                                                   {"vomiting", "vomiting"},
                                                                   {"diarrhoea", "diarrhea"},
                                                                   {"rash", "rash"},
                                                                   {"headache", "headache"},
                                                                   {"seizure", "seizure"},
                                                                   {"seizures", "seizure"},
                                                                   {"fits", "seizure"},
                                                                   {"stroke", "stroke"},
                                                                   {"cva", "stroke"},
                                                                   {"tia", "tia"},
                                                                   {"mi", "mi"},
                                                                   {"myocardial infarction", "mi"},
                                                                   {"heart attack", "mi"},
                                                                   {"dvt", "dvt"},
                                                                   {"deep vein thrombosis", "dvt"},
                                                                   {"pe", "pe"},
                                                                   {"pulmonary embolism", "pe"},
                                                                   {"vte", "vte"},
                                                                   {"asthma", "asthma"},
                                                                   {"copd", "copd"},
                                                                   {"htn", "hypertension"},
                                                                   {"hypertension", "hypertension"},
                                                                   {"dm", "diabetes"},
                                                                   {"diabetes", "diabetes"},
                                                                   {"diabetic", "diabetes"},
                                                                   {"t2dm", "type_2_diabetes"},
                                                                   {"type 2 diabetes", "type_2_diabetes"},
                                                                   {"af", "af"},
                                                                   {"atrial fibrillation", "af"},
                                                                   {"breast cancer", "breast_cancer"},
                                                                   {"breast ca", "breast_cancer"},
                                                                   {"ckd", "ckd"},
                                                                   {"ckd 3b", "ckd_3b"},
                                                                   {"ckd 4", "ckd_4"},
                                                                   {"chronic kidney disease", "ckd"},
                                                                   {"chronic kidney disease 3b", "ckd_3b"},
                                                                   {"heart failure", "heart_failure"},
                                                                   {"nyha 3", "nyha_3"},
                                                                   {"child pugh c", "child_pugh_c"},
                                                                   {"cirrhosis", "cirrhosis"},
                                                                   {"smoker", "smoker"},
                                                                   {"ex smoker", "former_smoker"},
                                                                   {"smokes", "smoker"},
                                                                   {"pregnant", "pregnancy"},
                                                                   {"pregnancy", "pregnancy"},
                                                                   {"warfarin", "warfarin"},
                                                                   {"peptic ulcer", "ulcer"},
                                                                   {"pud", "ulcer"},
                                                                   {"ulcer", "ulcer"},
                                                                   {"cabg", "cabg"},
                                                                   {"fall", "falls"},
                                                                   {"falls", "falls"},
                                                                   {"fall in hb", ""},
                                                                   {"hit", "hit"},
                                                                   {"als", "als"},
                                                                   {"gallbladder disease", "gallbladder"},
                                                                   {"no gallbladder", "no_gallbladder"},
                                                                   {"hiv", "hiv"},
                                                                   {"hepatitis b", "hepatitis_b"},
                                                                   {"stemi", "stemi"},
                                                                   {"crohn's disease", "crohn"},
                                                                   {"depression", "depression"},
                                                                   {"sepsis", "sepsis"},
                                                                   {"infection", "infection"},
                                                                   {"uti", "uti"},
                                                                   {"pneumonia", "pneumonia"},
                                                                   {"ascites", "ascites"},
                                                                   {"weakness", "weakness"},
                                                                   {"dizziness", "dizziness"},
                                                                   {"syncope", "syncope"},
                                                                   {"angioedema", "angioedema"},
                                                                   {"haemorrhage", "bleeding"},
                                                                   {"bruising", "bruising"},
                                                                   {"suicidal ideation", "suicidality"},
                                                                   {"epilepsy", "epilepsy"},
                                                                   {"pad", "pad"},
                                                                   {"oedema", "edema"},
                                                                   {"confusion", "confusion"},
                                                                   {"hypoglycaemia", "hypoglycemia"},
                                                                   {"sjögren's syndrome", "sjogren"},
                                                                   {"dialysis", "dialysis"},
                                                                   {"aki", "aki"},
                                                                   {"jaundice", "jaundice"},
                                                                   {"tumour", "cancer"},
                                                                   {"allergies", "allergy"},
                                                                   {"anaemia", "anemia"},
                                                                   {"urinary retention", "retention"},
                                                                   {"constipation", "constipation"},
                                                                   {"dementia", "dementia"},
                                                                   {"alcohol abuse", "alcohol"}};
    std::vector<LexiconEntry> entries;
    for (const auto& [phrase, id] : rows) {
      entries.push_back({phrase, *id == '\0' ? std::vector<std::string>{} : std::vector<std::string>{id}});
    }
    return ClinicalLexicon::build(entries);
  }();
  return made;
}

std::vector<TextMention> scanned(std::string_view text) {
  return lexicon().scan(text, {.as_of = "2024-06-15T10:00:00Z", .patient_age_years = 60.0});
}

// "fever:absent chest_pain:present", in the order of the text.
std::string reading(std::string_view text) {
  std::string all;
  for (const TextMention& mention : scanned(text)) {
    if (!all.empty()) all += ' ';
    all += joined(mention.ids, "+") + ":" + std::string(to_string(mention.assertion));
  }
  return all;
}

struct Row {
  const char* text;
  const char* expected;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(reading(row.text) == row.expected);
  }
}

std::optional<double> age(std::string_view text) {
  const auto mentions = scanned(text);
  REQUIRE(mentions.size() == 1);
  return mentions.front().age_days;
}

}  // namespace

TEST_CASE("what a note states is present", "[knowledge][clinical]") {
  check({
      {"Melaena since yesterday.", "melena:present"},
      {"72M c/o black stools x 3 days", "melena:present"},
      {"Pt presents with chest pain and SOB.", "chest_pain:present sob:present"},
      {"Known COPD, on home O2", "copd:present"},
      {"Admitted with upper GI bleed on warfarin", "gi_bleed:present warfarin:present"},
      {"FEVER 39.2, RIGORS", "fever:present chills:present"},
      {"3 day history of chest pain", "chest_pain:present"},
      {"Presents with 2/52 hx of melaena", "melena:present"},
      {"10 year history of T2DM", "type_2_diabetes:present"},
      {"asthma since 2010", "asthma:present"},
      {"HTN, DM, AF", "hypertension:present diabetes:present af:present"},
      {"Crohn\xE2\x80\x99s disease, stable", "crohn:present"},
      {"Crohns disease", "crohn:present"},
      {"Sj\xC3\xB6grens syndrome", "sjogren:present"},
      {"Mum says he has had diarrhoea for 3 days", "diarrhea:present"},
      {"Wife reports confusion overnight", "confusion:present"},
      {"His daughter is concerned about falls", "falls:possible"},
      {"Lives with son. Melaena today.", "melena:present"},
      {"Single mother with depression", "depression:present"},
      {"melena", "melena:present"},
      {"oedema and edema", "edema:present edema:present"},
      {"Impression: PE", "pe:present"},
      {"admitted to ward with ?confusion", "confusion:possible"},
      {"Bleeding from the gums", "bleeding:present"},
      {"Presented following a seizure", "seizure:present"},
  });
}

TEST_CASE("what a note denies is absent, with the whole list", "[knowledge][clinical]") {
  check({
      {"no melaena", "melena:absent"},
      {"No fever, chills, or melaena.", "fever:absent chills:absent melena:absent"},
      {"no fever. Melaena since yesterday.", "fever:absent melena:present"},
      {"denies chest pain but reports palpitations", "chest_pain:absent palpitations:present"},
      {"denies chest pain but has palpitations", "chest_pain:absent palpitations:present"},
      {"Denies CP/SOB/N/V", "chest_pain:absent sob:absent"},
      {"Denies N/V, diarrhoea", "vomiting:absent diarrhea:absent"},
      {"Negative for fever, cough or rash", "fever:absent cough:absent rash:absent"},
      {"without evidence of bleeding", "bleeding:absent"},
      {"no evidence of DVT", "dvt:absent"},
      {"no signs or symptoms of infection", "infection:absent"},
      {"free of pain", "pain:absent"},
      {"pain free", "pain:absent"},
      {"pain-free at rest", "pain:absent"},
      {"never had a seizure", "seizure:absent"},
      {"Nil melaena", "melena:absent"},
      {"melaena - nil", "melena:absent"},
      {"Melaena: no, haematemesis: yes", "melena:absent hematemesis:present"},
      {"Fever: none", "fever:absent"},
      {"Chest pain? No. SOB? Yes.", "chest_pain:absent sob:present"},
      {"Any bleeding? Denies.", "bleeding:absent"},
      {"PE was ruled out", "pe:absent"},
      {"PE ruled out by CTPA", "pe:absent"},
      {"DVT and PE have been excluded", "dvt:absent pe:absent"},
      {"CTPA ruled out PE", "pe:absent"},
      {"PE ruled out, DVT confirmed", "pe:absent dvt:present"},
      {"HIV negative", "hiv:absent"},
      {"HIV -ve", "hiv:absent"},
      {"HIV test negative", "hiv:absent"},
      {"HIV returned negative", "hiv:absent"},
      {"HIV test came back negative", "hiv:absent"},
      {"HIV genotyping reported as negative", "hiv:absent"},
      {"HIV returned positive", "hiv:present"},
      {"hepatitis B negative, HIV positive", "hepatitis_b:absent hiv:present"},
      {"not taking warfarin", "warfarin:absent"},
      {"not on warfarin", "warfarin:absent"},
      {"She is not pregnant", "pregnancy:absent"},
      {"isn't pregnant", "pregnancy:absent"},
      {"isn\xE2\x80\x99t pregnant", "pregnancy:absent"},
      {"no known history of asthma", "asthma:absent"},
      {"No hx of PUD", "ulcer:absent"},
      {"no family history of breast cancer", "breast_cancer:absent"},
      {"No personal or family history of breast cancer", "breast_cancer:absent"},
      {"denies any history of seizures", "seizure:absent"},
      {"w/o fever", "fever:absent"},
      {"non-smoker", "smoker:absent"},
      {"non smoker, no alcohol abuse", "smoker:absent alcohol:absent"},
      {"never smoker", "smoker:absent"},
      {"Hx: HTN, no DM", "hypertension:present diabetes:absent"},
      {"does not have fever, chills or melaena", "fever:absent chills:absent melena:absent"},
      {"Pt doesn't have chest pain", "chest_pain:absent"},
      {"no fever\nmelaena", "fever:absent melena:present"},
      {"no fever; melaena +", "fever:absent melena:present"},
      {"No fever, history of asthma", "fever:absent asthma:past"},
      {"no asthma or history of seizures", "asthma:absent seizure:absent"},
      {"denies that she has chest pain", "chest_pain:absent"},
      {"fever (-), cough (+)", "fever:absent cough:present"},
      {"[ ] fever [x] cough", "fever:absent cough:present"},
      {"[x] fever\n[ ] cough\n[ ] rash", "fever:present cough:absent rash:absent"},
      {"No chest pain, SOB, palpitations, syncope or oedema",
       "chest_pain:absent sob:absent palpitations:absent syncope:absent edema:absent"},
      {"No chest pain (at rest or on exertion), SOB", "chest_pain:absent sob:absent"},
      {"neither fever nor cough", "fever:absent cough:absent"},
      {"Denies:\n- fever\n- melaena\n\nReports:\n- cough", "fever:absent melena:absent cough:present"},
      {"Pertinent negatives: fever, rash", "fever:absent rash:absent"},
      {"denies chest pain, shortness of\nbreath, melaena", "chest_pain:absent sob:absent melena:absent"},
      {"Abdomen soft, no pain", "pain:absent"},
      {"no bleeding on warfarin", "bleeding:absent warfarin:present"},
      {"no chest pain since his MI", "chest_pain:absent mi:present"},
      {"No complaints except melaena", "melena:present"},
      {"no symptoms other than chest pain", "chest_pain:present"},
      {"No seizures; asthma stable", "seizure:absent asthma:present"},
      {"patient has had no vomiting today", "vomiting:absent"},
      {"there was no melaena or haematemesis", "melena:absent hematemesis:absent"},
      {"bleeding not seen", "bleeding:absent"},
      {"No suicidal ideation", "suicidality:absent"},
      {"AKI absent", "aki:absent"},
      {"Allergies: none", "allergy:absent"},
      {"No, she has chest pain", "chest_pain:present"},
      {"he denies melaena, has dizziness", "melena:absent dizziness:present"},
      {"no fever and has rigors", "fever:absent chills:present"},
      {"no fever, cough persists", "fever:absent cough:present"},
  });
}

TEST_CASE("what only looks denied is present", "[knowledge][clinical]") {
  check({
      {"no increase in pain", "pain:present"},
      {"no relief from pain", "pain:present"},
      {"no change in chest pain", "chest_pain:present"},
      {"no improvement in diarrhoea", "diarrhea:present"},
      {"not only fever but also chills", "fever:present chills:present"},
      {"asthma not well controlled", "asthma:present"},
      {"not well controlled asthma", "asthma:present"},
      {"no meds for HTN", "hypertension:present"},
      {"did not attend because of chest pain", "chest_pain:present"},
      {"unable to work due to pain", "pain:present"},
      {"No doubt this is pneumonia", "pneumonia:present"},
      {"non-STEMI", "stemi:present"},
      {"bleeding has not stopped", "bleeding:present"},
      {"chest pain not resolved", "chest_pain:present"},
      {"no gallbladder", "no_gallbladder:present"},
      {"no fever despite sepsis", "fever:absent sepsis:present"},
      {"No fever. Cough. No rash", "fever:absent cough:present rash:absent"},
      {"not sleeping because of pain", "pain:present"},
      {"HIV+ve", "hiv:present"},
      {"non-valvular AF", "af:present"},
  });
}

TEST_CASE("what is thought of now is possible", "[knowledge][clinical]") {
  check({
      {"?DVT", "dvt:possible"},
      {"?PE", "pe:possible"},
      {"? PE", "pe:possible"},
      {"??PE", "pe:possible"},
      {"PE?", "pe:possible"},
      {"?DVT/PE", "dvt:possible pe:possible"},
      {"rule out PE", "pe:possible"},
      {"r/o MI", "mi:possible"},
      {"to exclude DVT", "dvt:possible"},
      {"cannot exclude PE", "pe:possible"},
      {"PE cannot be excluded", "pe:possible"},
      {"PE has not been ruled out", "pe:possible"},
      {"possible pneumonia, asthma", "pneumonia:possible asthma:present"},
      {"likely UTI", "uti:possible"},
      {"suspected GI bleed", "gi_bleed:possible"},
      {"concern for sepsis", "sepsis:possible"},
      {"PE vs pneumonia", "pe:possible pneumonia:possible"},
      {"PE unlikely", "pe:possible"},
      {"DVT is possible", "dvt:possible"},
      {"may have had a seizure", "seizure:possible"},
      {"no DVT, possible PE", "dvt:absent pe:possible"},
      {"?previous MI", "mi:possible"},
      {"CT for ?stroke. HTN.", "stroke:possible hypertension:present"},
      {"chest pain ?cause", "chest_pain:present"},
      {"query DVT L leg", "dvt:possible"},
      {"unclear if seizure", "seizure:possible"},
      {"No fever, melaena since yesterday", "fever:absent melena:possible"},
      {"no fever and melaena for 2 days", "fever:absent melena:possible"},
      {"ddx: PE, pneumonia", "pe:possible pneumonia:possible"},
  });
}

TEST_CASE("a risk, an advice and a fear are hypothetical", "[knowledge][clinical]") {
  check({
      {"bleeding risk", "bleeding:hypothetical"},
      {"at risk of falls", "falls:hypothetical"},
      {"He was told to dial 999 for seizures", "seizure:hypothetical"},
      {"I explained that jaundice would need a blood test", "jaundice:hypothetical"},
      {"Advice: report jaundice or bleeding", "jaundice:hypothetical bleeding:hypothetical"},
      {"Mum was told about possible seizures with it", "seizure:hypothetical"},
      {"Flu and pneumonia jabs are up to date", "pneumonia:hypothetical"},
      {"told to come in with bleeding since this morning", "bleeding:present"},
      {"told to come in because of bleeding", "bleeding:present"},
      {"high bleeding and stroke risk", "bleeding:hypothetical stroke:hypothetical"},
      {"risk of bleeding", "bleeding:hypothetical"},
      {"advised to return if black stools", "melena:hypothetical"},
      {"advised to report any bleeding, bruising or black stools",
       "bleeding:hypothetical bruising:hypothetical melena:hypothetical"},
      {"patient is worried about bleeding", "bleeding:hypothetical"},
      {"monitor for hypoglycaemia", "hypoglycemia:hypothetical"},
      {"Watch for signs of bleeding", "bleeding:hypothetical"},
      {"if chest pain develops call 999", "chest_pain:hypothetical"},
      {"Return if fever, vomiting, or worsening pain", "fever:hypothetical vomiting:hypothetical pain:hypothetical"},
      {"in case of seizure give midazolam", "seizure:hypothetical"},
      {"DVT prophylaxis", "dvt:hypothetical"},
      {"enoxaparin for DVT prophylaxis", "dvt:hypothetical"},
      {"hepatitis B vaccine given", "hepatitis_b:hypothetical"},
      {"pregnancy test", "pregnancy:hypothetical"},
      {"pregnancy test negative", "pregnancy:absent"},
      {"pregnancy test positive", "pregnancy:present"},
      {"counselled on bleeding, bruising", "bleeding:hypothetical bruising:hypothetical"},
      {"warned about angioedema", "angioedema:hypothetical"},
      {"Counselled on signs of toxicity: vomiting, diarrhea. None now.", "vomiting:hypothetical diarrhea:hypothetical"},
      {"Told to pause it when vomiting.", "vomiting:hypothetical"},
      {"Red flags explained: vomiting, fever.", "vomiting:hypothetical fever:hypothetical"},
      {"Counselled on signs of toxicity: diarrhea. Vomiting since Tuesday.", "diarrhea:hypothetical vomiting:present"},
      {"Return precautions:\n- black stools\n- chest pain\n\nImpression: asthma",
       "melena:hypothetical chest_pain:hypothetical asthma:present"},
      {"to prevent stroke", "stroke:hypothetical"},
      {"fear of falls", "falls:hypothetical"},
      {"side effects include rash and diarrhoea", "rash:hypothetical diarrhea:hypothetical"},
      {"Should bleeding occur, stop apixaban", "bleeding:hypothetical"},
      {"should she become pregnant", "pregnancy:hypothetical"},
      {"advised admission for melaena", "melena:present"},
      {"Advised to stop ibuprofen due to black stools", "melena:present"},
      {"asked if she had chest pain", "chest_pain:hypothetical"},
      {"screen for depression", "depression:hypothetical"},
      {"contact with chickenpox; rash", "rash:present"},
      {"fall risk", "falls:hypothetical"},
  });
}

TEST_CASE("what a relative has is of the family", "[knowledge][clinical]") {
  check({
      {"mother had a stroke", "stroke:family"},
      {"Pt's mother had a stroke at 50. He has AF.", "stroke:family af:present"},
      {"family history of breast cancer", "breast_cancer:family"},
      {"FHx: breast ca, MI", "breast_cancer:family mi:family"},
      {"FH: father MI", "mi:family"},
      {"Father died of MI, brother has DM", "mi:family diabetes:family"},
      {"son's asthma", "asthma:family"},
      {"sister: epilepsy", "epilepsy:family"},
      {"breast cancer in her mother", "breast_cancer:family"},
      {"breast cancer (mother)", "breast_cancer:family"},
      {"Family history:\nMother - stroke\nFather: MI\n\nSocial: smoker", "stroke:family mi:family smoker:present"},
      {"FAMILY HISTORY\n  breast cancer\nSOCIAL HISTORY: smoker", "breast_cancer:family smoker:present"},
      {"mother had a stroke and he has AF", "stroke:family af:present"},
      {"Strong family history of DVT", "dvt:family"},
      {"mother had no stroke", "stroke:absent"},
      {"mother of two with PE", "pe:present"},
      {"per mother, vomiting overnight", "vomiting:present"},
      {"Mother is diabetic", "diabetes:family"},
      {"his wife and daughter had diarrhoea", "diarrhea:family"},
      {"Daughter rings: dad has jaundice", "jaundice:present"},
      {"Mother says father has jaundice", "jaundice:family"},
      {"Daughter has jaundice. Dad has oedema", "jaundice:family edema:family"},
      {"His wife struggled with his confusion", "confusion:present"},
  });
}

TEST_CASE("what is over is past", "[knowledge][clinical]") {
  check({
      {"history of seizures, none since 2015", "seizure:past"},
      {"hx of DVT", "dvt:past"},
      {"had a stroke in 2014 with a seizure", "stroke:past seizure:past"},
      {"h/o GI bleed (2018)", "gi_bleed:past"},
      {"s/p CABG", "cabg:past"},
      {"PMH: HTN, T2DM, previous MI", "hypertension:past type_2_diabetes:past mi:past"},
      {"PMHx: asthma, no DM", "asthma:past diabetes:absent"},
      {"Past medical history:\n- stroke\n- DVT\n\nPresents with melaena", "stroke:past dvt:past melena:present"},
      {"previous stroke", "stroke:past"},
      {"previous MI, asthma", "mi:past asthma:present"},
      {"GI bleed last year", "gi_bleed:past"},
      {"had a stroke in 2019", "stroke:past"},
      {"In 2019 he had a DVT and PE", "dvt:past pe:past"},
      {"stroke 3 years ago", "stroke:past"},
      {"chest pain 3 days ago", "chest_pain:present"},
      {"melaena yesterday", "melena:present"},
      {"childhood asthma", "asthma:past"},
      {"asthma as a child", "asthma:past"},
      {"AKI, resolved", "aki:past"},
      {"chest pain last winter", "chest_pain:past"},
      {"pneumonia has resolved", "pneumonia:past"},
      {"resolved pneumonia", "pneumonia:past"},
      {"seizure free since 2015", "seizure:past"},
      {"no longer pregnant", "pregnancy:past"},
      {"no further melaena", "melena:past"},
      {"65 year old with AF", "af:present"},
      {"old MI on ECG", "mi:past"},
      {"history of MI presents with chest pain", "mi:past chest_pain:present"},
      {"65M with hx of AF on warfarin presents with black stools", "af:past warfarin:past melena:present"},
      {"history of stroke, now black stools", "stroke:past melena:present"},
      {"DVT 2018, PE 2020", "dvt:past pe:past"},
      {"2018 DVT, 2020 PE", "dvt:past pe:past"},
      {"6/12 post MI", "mi:past"},
      {"3 weeks post-CABG", "cabg:past"},
      {"history of possible seizure", "seizure:possible"},
      {"past 3 days of fever", "fever:present"},
      {"last 2 weeks diarrhoea", "diarrhea:present"},
      {"breast cancer in remission", "breast_cancer:past"},
      {"ex-smoker", "former_smoker:present"},
      {"history of DVT, last one in 2019", "dvt:past"},
      {"UTI last month", "uti:past"},
  });
}

TEST_CASE("the sentences on file are read as they are meant", "[knowledge][clinical]") {
  std::ifstream file(std::string(GUARDIAN_SOURCE_DIR) + "/tests/knowledge/clinical_sentences.tsv");
  std::string line;
  std::size_t rows = 0;
  while (std::getline(file, line)) {
    const auto tab = line.find('\t');
    if (tab == std::string::npos || line.substr(0, tab) == "text") continue;
    CAPTURE(line);
    CHECK(reading(line.substr(0, tab)) == line.substr(tab + 1));
    ++rows;
  }
  CHECK(rows > 200);
}

TEST_CASE("no DM and CKD stand apart in a list of conditions", "[knowledge][clinical]") {
  CHECK(reading("HTN, no DM, no asthma, CKD 4") == "hypertension:present diabetes:absent asthma:absent ckd_4:present");
  CHECK(reading("cough, no fever, chills") == "cough:present fever:absent chills:possible");
  CHECK(reading("cough, no fever, chills or SOB") == "cough:present fever:absent chills:absent sob:absent");
  const auto list = lexicon().scan("HTN, no DM, CKD 4", {.is_list = true});
  REQUIRE(list.size() == 3);
  CHECK(list[1].assertion == Assertion::absent);
  CHECK(list[2].assertion == Assertion::present);
}

TEST_CASE("a time gives the age of what happened", "[knowledge][clinical]") {
  CHECK(*age("GI bleed 3 months ago") == Approx(91.3).margin(1));
  CHECK(*age("s/p MI 3 months ago") == Approx(91.3).margin(1));
  CHECK(*age("stroke two years ago") == Approx(730.5).margin(1));
  CHECK(*age("DVT 6/12 ago") == Approx(182.6).margin(1));
  CHECK(*age("melaena 2/7 ago") == Approx(2));
  CHECK(*age("DVT 3/52 ago") == Approx(21));
  CHECK(*age("MI last year") == Approx(365.25));
  CHECK(*age("stroke on 15/06/2022") == Approx(731));
  CHECK(*age("stroke 06/2022") == Approx(731));
  CHECK(*age("stroke 2022-06-15") == Approx(731));
  CHECK(*age("stroke in June 2022") == Approx(731));
  CHECK(*age("stroke on 15 June 2022") == Approx(731));
  CHECK(*age("stroke June 15, 2022") == Approx(731));
  CHECK(*age("stroke (2022)") == Approx(715));
  CHECK(*age("melaena yesterday") == Approx(1));
  CHECK(*age("melaena x 3 days") == Approx(3));
  CHECK(*age("history of seizures, none since 2015") == Approx(3272));
  CHECK(*age("2 weeks post CABG") == Approx(14));
  CHECK(*age("asthma as a child") == Approx(42 * 365.25));
  CHECK(*age("asthma, aged 12") == Approx(48 * 365.25).margin(1e9));
  CHECK(*age("chest pain today") == Approx(0));
  CHECK(*age("stroke in 2024") == Approx(0).margin(200));
  CHECK_FALSE(age("stroke several years ago").has_value());
  CHECK_FALSE(age("previous stroke").has_value());
  CHECK_FALSE(age("stroke in 2080").has_value());
}

TEST_CASE("a day that can be read in two ways is the nearer one", "[knowledge][clinical]") {
  CHECK(*age("stroke 05/06/2024") == Approx(10));
  CHECK(*age("stroke 06/05/2024") == Approx(10));
  CHECK(*age("stroke 05/31/2024") == Approx(15));
}

TEST_CASE("a date of the calendar has no age when the day of the case is not known", "[knowledge][clinical]") {
  const auto mentions = lexicon().scan("stroke 2019", {});
  REQUIRE(mentions.size() == 1);
  CHECK(mentions[0].assertion == Assertion::past);
  CHECK_FALSE(mentions[0].age_days.has_value());
}

TEST_CASE("a mention says where it stands and what it was read from", "[knowledge][clinical]") {
  const std::string text = "\xE2\x80\x9CNo\xE2\x80\x9D H\xC3\xA6morrhage, mother had a STROKE";
  const auto mentions = scanned(text);
  REQUIRE(mentions.size() == 2);
  CHECK(mentions[0].quote == "H\xC3\xA6morrhage");
  CHECK(text.substr(mentions[0].span.begin, mentions[0].span.end - mentions[0].span.begin) == mentions[0].quote);
  CHECK(mentions[0].cue == "No");
  CHECK(mentions[1].quote == "STROKE");
  CHECK(mentions[1].cue == "mother");
  CHECK(scanned("?PE")[0].cue == "?");
  CHECK(scanned("PE was ruled out")[0].cue == "was ruled out");
  CHECK(scanned("no known history of asthma")[0].cue == "no known history of");
}

TEST_CASE("an abbreviation that is a common word needs capitals in a note", "[knowledge][clinical]") {
  CHECK(reading("hit his head on the pad") == "");
  CHECK(reading("HIT 2019") == "hit:past");
  CHECK(reading("PAD") == "pad:present");
  CHECK(reading("PE: chest clear") == "");
  CHECK(reading("DVT/PE") == "dvt:present pe:present");
  const auto mentions = lexicon().scan("pad, hit", {.any_case = true});
  CHECK(mentions.size() == 2);
}

TEST_CASE("the longest phrase counts, and one without a meaning hides a shorter one", "[knowledge][clinical]") {
  CHECK(reading("upper GI bleed") == "gi_bleed:present");
  CHECK(reading("fall in Hb") == "");
  CHECK(reading("fall in the garden") == "falls:present");
  CHECK(reading("chest, pain") == "pain:present");
}

TEST_CASE("dots and signs within a name do not part it", "[knowledge][clinical]") {
  const LexiconEntry entries[] = {{"c. difficile", {"c_difficile"}},
                                  {"cyp2c19 *2/*2", {"poor"}},
                                  {"d.v.t.", {"dvt"}},
                                  {"er+ breast cancer", {"er"}}};
  const ClinicalLexicon names = ClinicalLexicon::build(entries);
  for (const char* text :
       {"C. difficile", "C difficile", "CYP2C19 *2/*2", "DVT", "D.V.T.", "ER+ breast cancer", "ER breast cancer"}) {
    CAPTURE(text);
    CHECK(names.scan(text, {}).size() == 1);
    CHECK(names.find(text).size() == 1);
  }
  CHECK(names.find("breast cancer").empty());
  CHECK(names.find("").empty());
}

TEST_CASE("stages are found in each of their spellings", "[knowledge][clinical]") {
  for (const char* text :
       {"CKD 3b", "CKD stage 3b", "CKD stage IIIb", "stage 3b CKD", "stage IIIB CKD", "CKD3b", "CKD G3b", "CKD G3bA2",
        "CKD (stage 3b)", "CKD-3b", "chronic kidney disease stage 3b", "stage 3b chronic kidney disease"}) {
    CAPTURE(text);
    CHECK(reading(text) == "ckd_3b:present");
  }
  CHECK(reading("NYHA III") == "nyha_3:present");
  CHECK(reading("NYHA class III heart failure") == "nyha_3:present heart_failure:present");
  CHECK(reading("Child-Pugh class C") == "child_pugh_c:present");
  CHECK(reading("type II diabetes") == "type_2_diabetes:present");
}

TEST_CASE("a note as written in a hospital is read as a whole", "[knowledge][clinical]") {
  check({
      {"72F, PMH: AF, HTN, prior TIA. On apixaban. Presents with 2 day hx of black tarry stools & dizziness. Denies "
       "haematemesis, chest pain, SOB. No hx of PUD. Mother had a stroke. Non-smoker. Plan: OGD ?upper GI bleed, hold "
       "apixaban, monitor for further bleeding.",
       "af:past hypertension:past tia:past melena:present dizziness:present hematemesis:absent chest_pain:absent "
       "sob:absent ulcer:absent stroke:family smoker:absent gi_bleed:possible bleeding:hypothetical"},
      {"HPI: 58 yo M with T2DM and CKD 4 presents with fevers and rigors x2 days. No cough, no diarrhoea. "
       "Received flu vaccine.\nROS: negative for rash, headache; positive for weakness.\n"
       "FHx: father - MI at 52; mother - breast cancer.\nA/P: 1. sepsis, likely UTI vs pneumonia. 2. AKI on CKD. "
       "3. VTE prophylaxis: heparin.\nReturn if chest pain or seizure.",
       "type_2_diabetes:present ckd_4:present fever:present chills:present cough:absent diarrhea:absent rash:absent "
       "headache:absent weakness:present mi:family breast_cancer:family sepsis:present uti:possible "
       "pneumonia:possible aki:present ckd:present vte:hypothetical chest_pain:hypothetical seizure:hypothetical"},
  });
}

TEST_CASE("hostile bytes are read to the end", "[knowledge][clinical]") {
  CHECK(reading("").empty());
  CHECK(reading(std::string(3, '\0')).empty());
  CHECK(reading("\xFF\xFE melaena \xC3") == "melena:present");
  CHECK(reading("mela\xCC\x81"
                "ena") == "melena:present");
  CHECK(reading("mel\xC2\xAD"
                "aena") == "melena:present");
  for (const char* unit :
       {"no ", "?", "(", "melaena and ", "PE 2019 ", "[ ]", "\n", "no longer ", "3 days ", "a/", "'", "\xC3"}) {
    std::string text;
    while (text.size() < 200000) text += unit;
    CAPTURE(unit);
    const auto start = std::chrono::steady_clock::now();
    (void)scanned(text);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
  }
  (void)scanned(std::string(1000000, 'x'));
}

TEST_CASE("any bytes give mentions within the text, in order", "[knowledge][clinical][property]") {
  CHECK(rc::check("mentions are ordered and quote the text", [] {
    static const std::vector<std::string> pieces = {
        "no ",          "fever",       ", ",         "melaena", ". ",          "?",           "PE",
        " or ",         "history of ", "mother ",    "\n",      "since 2015 ", "(",           ")",
        " and ",        "denies ",     "ruled out ", "- ",      ": ",          "3 days ago ", "\xC3",
        "\xE2\x80\x99", "if ",         "stroke ",    "/",       "but ",        "\r\n",        "risk "};
    const auto choice = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, pieces.size()));
    std::string text;
    for (const std::size_t i : choice) text += pieces[i];
    text += *rc::gen::arbitrary<std::string>();
    std::size_t end = 0;
    for (const TextMention& mention : scanned(text)) {
      RC_ASSERT(mention.span.begin >= end);
      RC_ASSERT(mention.span.end > mention.span.begin);
      RC_ASSERT(mention.span.end <= text.size());
      RC_ASSERT(text.substr(mention.span.begin, mention.span.end - mention.span.begin) == mention.quote);
      end = mention.span.end;
    }
  }));
}

TEST_CASE("what follows the end of a sentence does not change what stands before", "[knowledge][clinical][property]") {
  CHECK(rc::check("a sentence reads alike alone and before another", [] {
    static const std::vector<std::string> sentences = {"No fever, chills or melaena",
                                                       "Mother had a stroke",
                                                       "?PE",
                                                       "History of asthma",
                                                       "Denies chest pain but has cough",
                                                       "Return if rash",
                                                       "Melaena since yesterday"};
    const auto one = *rc::gen::elementOf(sentences);
    const auto other = *rc::gen::elementOf(sentences);
    RC_ASSERT(reading(one + ". " + other + ".") == reading(one) + " " + reading(other));
    RC_ASSERT(reading(one + "\n\n" + other) == reading(one) + " " + reading(other));
  }));
}
