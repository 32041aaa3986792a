// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/auth_rules.hpp"

#include <array>

#include "storage/encoding/python_repr.hpp"

namespace stadtbuch::ledger {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

Constraint role_constraint(std::optional<std::string> role, std::int64_t count, bool owner) {
    Constraint c;
    c.kind = Constraint::Kind::role;
    c.role = std::move(role);
    c.sig_count = count;
    c.need_to_be_owner = owner;
    return c;
}

Constraint any_of(std::vector<Constraint> parts) {
    Constraint c;
    c.kind = Constraint::Kind::any_of;
    c.parts = std::move(parts);
    return c;
}

bool is_known_role(std::string_view code) {
    return code == "0" || code == "2" || code == "101" || code == "201";
}

Failure<ConstraintError> wrong(std::string text) {
    return {{std::move(text), false}};
}

Result<Constraint, ConstraintError> parse_role(const Value& value) {
    Constraint c;
    c.kind = Constraint::Kind::role;
    const Value* role = value.find("role");
    const Value* count = value.find("sig_count");
    if (role == nullptr) return wrong("missed fields - role. ");
    if (count == nullptr) return wrong("missed fields - sig_count. ");
    if (const std::string* text = role->text()) {
        if (*text != "*" && !is_known_role(*text))
            return wrong("Role " + *text + " is not acceptable");
        c.role = *text;
    } else if (!role->is_null()) {
        return wrong("role must be a text or null");
    }
    const auto flag_count = count->boolean();
    c.sig_count_is_flag = flag_count.has_value();
    const auto number =
        flag_count ? std::optional<std::int64_t>(*flag_count ? 1 : 0) : count->integer();
    if (!number || *number < 0) return wrong("sig_count must be an integer that is not negative");
    c.sig_count = *number;
    if (const Value* owner = value.find("need_to_be_owner"); owner != nullptr) {
        const auto flag = owner->boolean();
        if (!flag) return wrong("need_to_be_owner must be a boolean");
        c.need_to_be_owner = *flag;
    }
    if (const Value* off = value.find("off_ledger_signature"); off != nullptr) {
        const auto flag = off->boolean();
        if (!flag) return wrong("off_ledger_signature must be a boolean");
        if (*flag && !c.is_any_role()) {
            return wrong(
                "'off_ledger_signature' can be set to True only if any role is accepted "
                "(role='*'). Got " +
                c.role.value_or("None") + " role instead.");
        }
        c.off_ledger_signature = *flag;
    }
    if (const Value* metadata = value.find("metadata");
        metadata != nullptr && !metadata->is_null()) {
        if (metadata->object() == nullptr) return wrong("metadata must be an object");
        c.metadata = *metadata->object();
    }
    return c;
}

}  // namespace

Result<Constraint, ConstraintError> parse_constraint(const Value& value) {
    if (!value.is_object()) return wrong("a constraint must be an object");
    const Value* id = value.find("constraint_id");
    if (id == nullptr || id->text() == nullptr) return wrong("missed fields - constraint_id. ");
    const std::string& kind = *id->text();
    if (kind == "ROLE") return parse_role(value);
    Constraint c;
    if (kind == "FORBIDDEN") return c;
    if (kind != "AND" && kind != "OR") return wrong("unknown constraint " + kind);
    c.kind = kind == "AND" ? Constraint::Kind::all_of : Constraint::Kind::any_of;
    const Value* parts = value.find("auth_constraints");
    if (parts == nullptr || parts->array() == nullptr || parts->array()->empty()) {
        return wrong("auth_constraints must be a list that is not empty");
    }
    for (const Value& part : *parts->array()) {
        auto parsed = parse_constraint(part);
        if (!parsed) return parsed;
        c.parts.push_back(std::move(*parsed));
    }
    for (const encoding::Member& member : *value.object()) {
        if (member.key != "constraint_id" && member.key != "auth_constraints") {
            return Failure{ConstraintError{
                "__init__() got an unexpected keyword argument '" + member.key + "'", true}};
        }
    }
    return c;
}

Value constraint_value(const Constraint& constraint) {
    Object out;
    switch (constraint.kind) {
        case Constraint::Kind::forbidden:
            out.set("constraint_id", "FORBIDDEN");
            break;
        case Constraint::Kind::role:
            out.set("constraint_id", "ROLE");
            out.set("role", constraint.role ? Value(*constraint.role) : Value());
            out.set("sig_count", constraint.sig_count_is_flag ? Value(constraint.sig_count != 0)
                                                              : Value(constraint.sig_count));
            out.set("need_to_be_owner", constraint.need_to_be_owner);
            out.set("metadata", constraint.metadata);
            if (constraint.off_ledger_signature)
                out.set("off_ledger_signature", *constraint.off_ledger_signature);
            break;
        case Constraint::Kind::all_of:
        case Constraint::Kind::any_of: {
            out.set("constraint_id", constraint.kind == Constraint::Kind::all_of ? "AND" : "OR");
            Array parts;
            for (const Constraint& part : constraint.parts) parts.push_back(constraint_value(part));
            out.set("auth_constraints", std::move(parts));
            break;
        }
    }
    return out;
}

std::string role_name(const std::optional<std::string>& role) {
    if (!role) return "None role";
    if (*role == "0") return "TRUSTEE";
    if (*role == "2") return "STEWARD";
    if (*role == "101") return "ENDORSER";
    if (*role == "201") return "NETWORK_MONITOR";
    return *role;
}

namespace {

std::string role_constraint_text(const Constraint& c) {
    std::string text;
    const bool plural = c.sig_count > 1;
    const std::string verb = plural ? " are required" : " is required";
    const std::string noun = plural ? " signatures" : " signature";
    if (c.is_any_role()) {
        text = std::to_string(c.sig_count) + noun + " of any role" +
               (c.off_ledger_signature.value_or(false) ? " (off-ledger included)" : "") + verb;
    } else {
        text = std::to_string(c.sig_count) + " " + role_name(c.role) + noun + verb;
    }
    const bool off_ledger = c.off_ledger_signature.value_or(false);
    if (c.need_to_be_owner && !off_ledger) {
        text += " and needs to be owner";
    } else if (c.is_any_role() && !plural && !off_ledger) {
        text += " ALL";  // the reference prints the name of the role here
    }
    if (c.sig_count == 0) text.clear();  // the reference has no words for it
    if (!c.metadata.empty()) {
        text += " with additional metadata";
        for (const encoding::Member& m : c.metadata) {
            text += " " + m.key + " " +
                    (m.value.text() != nullptr ? *m.value.text() : encoding::python_repr(m.value));
        }
    }
    return text;
}

}  // namespace

std::string constraint_text(const Constraint& constraint) {
    switch (constraint.kind) {
        case Constraint::Kind::forbidden:
            return "The action is forbidden";
        case Constraint::Kind::role:
            return role_constraint_text(constraint);
        case Constraint::Kind::all_of:
        case Constraint::Kind::any_of:
            break;
    }
    const std::string_view joint = constraint.kind == Constraint::Kind::all_of ? " AND " : " OR ";
    std::string text;
    bool is_first = true;  // a part may have no words
    for (const Constraint& part : constraint.parts) {
        if (!is_first) text += joint;
        is_first = false;
        text += constraint_text(part);
    }
    return text;
}

std::string RuleKey::text() const {
    std::string out;
    out.reserve(type.size() + field.size() + old_value.size() + new_value.size() + 12);
    out += type;
    out += is_edit ? "--EDIT--" : "--ADD--";
    out += field;
    out += "--";
    out += old_value;
    out += "--";
    out += new_value;
    return out;
}

namespace {

/// Fills the table in the order of indy-ledger-formats §7.4.
class TableMaker {
  public:
    std::vector<DefaultRule> make() {
        nym_add();
        agreements_and_attributes();
        schemas();
        nodes();
        operations();
        nym_role_edits();
        return std::move(rules_);
    }

  private:
    void add(std::string type, std::string field, std::string value, Constraint c) {
        rules_.push_back(
            {{std::move(type), false, std::move(field), "*", std::move(value)}, std::move(c)});
    }

    void edit(std::string type, std::string field, std::string old_value, std::string value,
              Constraint c) {
        rules_.push_back(
            {{std::move(type), true, std::move(field), std::move(old_value), std::move(value)},
             std::move(c)});
    }

    static Constraint owner() { return role_constraint("*", 1, true); }

    static Constraint trustee() { return role_constraint("0", 1, false); }

    static Constraint steward_or_trustee() {
        return any_of({role_constraint("2", 1, false), role_constraint("0", 1, false)});
    }

    static Constraint three_roles(std::string third, bool owner) {
        return any_of({role_constraint("0", 1, owner), role_constraint("2", 1, owner),
                       role_constraint(std::move(third), 1, owner)});
    }

    static Constraint writers() { return three_roles("101", false); }

    void nym_add() {
        add("1", "role", "0", trustee());
        add("1", "role", "2", trustee());
        add("1", "role", "101", steward_or_trustee());
        add("1", "role", "201", steward_or_trustee());
        add("1", "role", "", writers());
        edit("1", "verkey", "*", "*", owner());
    }

    void agreements_and_attributes() {
        add("4", "*", "*", trustee());
        edit("4", "*", "*", "*", trustee());
        add("8", "*", "*", trustee());
        add("5", "*", "*", trustee());
        add("100", "*", "*", owner());
        edit("100", "*", "*", "*", owner());
    }

    void schemas() {
        for (const char* type : {"101", "200", "201", "202", "203", "204", "205"}) {
            add(type, "*", "*", writers());
            edit(type, "*", "*", "*", Constraint{});
        }
        add("102", "*", "*", writers());
        edit("102", "*", "*", "*", owner());
    }

    void nodes() {
        const Constraint steward_owner = role_constraint("2", 1, true);
        const Constraint demote = any_of({trustee(), steward_owner});
        add("0", "services", "['VALIDATOR']", steward_owner);
        add("0", "services", "[]", steward_owner);
        edit("0", "services", "['VALIDATOR']", "[]", demote);
        edit("0", "services", "[]", "['VALIDATOR']", demote);
        for (const char* field : {"node_ip", "node_port", "client_ip", "client_port", "blskey"}) {
            edit("0", field, "*", "*", steward_owner);
        }
    }

    void operations() {
        add("109", "action", "start", trustee());
        edit("109", "action", "start", "cancel", trustee());
        add("118", "action", "*", trustee());
        edit("111", "action", "*", "*", trustee());
        edit("120", "*", "*", "*", trustee());
        edit("122", "*", "*", "*", trustee());
        add("119", "*", "*", three_roles("201", false));
        add("113", "*", "*", writers());
        add("114", "*", "*", three_roles("101", true));
        edit("113", "*", "*", "*", owner());
        edit("114", "*", "*", "*", owner());
        edit("9", "*", "*", "*", role_constraint("0", 3, false));
        edit("130", "*", "*", "*", trustee());
    }

    void nym_role_edits() {
        const std::array<std::string, 5> roles{"0", "2", "101", "201", ""};
        for (const std::string& from : roles) {
            for (const std::string& to : roles) {
                const bool light = (from == "201" && (to == "101" || to.empty())) ||
                                   (from.empty() && (to == "101" || to == "201"));
                edit("1", "role", from, to,
                     from == to ? owner()
                     : light    ? steward_or_trustee()
                                : trustee());
            }
        }
    }

    std::vector<DefaultRule> rules_;
};

const std::vector<DefaultRule>& table() {
    static const std::vector<DefaultRule> rules = TableMaker().make();
    return rules;
}

bool fits(const std::string& rule, const std::string& action) {
    return rule == "*" || rule == action;
}

}  // namespace

std::span<const DefaultRule> default_rules() {
    return table();
}

const DefaultRule* match_rule(const RuleKey& action) {
    for (const DefaultRule& rule : table()) {
        const RuleKey& key = rule.key;
        if (key.is_edit == action.is_edit && key.type == action.type &&
            fits(key.field, action.field) && fits(key.old_value, action.old_value) &&
            fits(key.new_value, action.new_value)) {
            return &rule;
        }
    }
    return nullptr;
}

const DefaultRule* find_rule(const RuleKey& key) {
    for (const DefaultRule& rule : table()) {
        if (rule.key == key) return &rule;
    }
    return nullptr;
}

}  // namespace stadtbuch::ledger
