using System.Collections.Immutable;
using KeyBroker.Attestation.Policies.Events;
using KeyBroker.Attestation.Policies.Results;

namespace KeyBroker.Attestation.Policies.Comparing;

/// <summary>What a change of a policy does, member by member: whether it lets in more or fewer, and what they may do.</summary>
internal static class PolicyComparison
{
    public static IEnumerable<ChangeDetail> Of(Policy? before, Policy? after)
    {
        IEnumerable<ChangeDetail> members = before is null || after is null ? [] :
        [
            .. Plain("description", before.Description ?? "", after.Description ?? ""),
            .. Plain("owner", before.Owner ?? "", after.Owner ?? ""),
            .. Plain("mode", DecisionJson.NameOf(before.Mode), DecisionJson.NameOf(after.Mode)),
            .. Plain("token lifetime", Lifetime(before), Lifetime(after)),
            .. Required("label", before.Machines.Labels.Select(Text), after.Machines.Labels.Select(Text)),
            .. Makes("manufacturer", before.Machines.Make.Manufacturer, after.Machines.Make.Manufacturer),
            .. Makes("model", before.Machines.Make.Model, after.Machines.Make.Model),
            .. Makes("firmware", before.Machines.Make.Firmware, after.Machines.Make.Firmware),
            .. Accepted("trust", before.Machines.Trust, after.Machines.Trust),
            .. Plain("any genuine TPM", $"{before.Machines.AnyGenuineTpm}", $"{after.Machines.AnyGenuineTpm}"),
            .. Registers(before, after),
            .. Baselines(before, after),
            .. Accepted("verifier", before.Machines.Verifiers, after.Machines.Verifiers),
            .. Results(before.Results, after.Results),
            .. Required("event log", before.Events.Select(Text), after.Events.Select(Text)),
        ];
        return members.Concat(Access(before, after));
    }

    // What is asked of a machine: more of it lets in fewer.
    private static IEnumerable<ChangeDetail> Required(string what, IEnumerable<string> before, IEnumerable<string> after) =>
        Differences(before, after).Select(difference => difference.IsNew
            ? new ChangeDetail(Effect.Loss, $"{what} {difference.Text} is required now")
            : new ChangeDetail(Effect.Gain, $"{what} {difference.Text} is not required any more"));

    // What is taken from a machine: more of it lets in more.
    private static IEnumerable<ChangeDetail> Accepted(string what, IEnumerable<string> before, IEnumerable<string> after) =>
        Differences(before, after).Select(difference => difference.IsNew
            ? new ChangeDetail(Effect.Gain, $"{what} {difference.Text} is accepted now")
            : new ChangeDetail(Effect.Loss, $"{what} {difference.Text} is not accepted any more"));

    private static IEnumerable<ChangeDetail> Plain(string what, string before, string after) => before == after
        ? []
        : [new ChangeDetail(Effect.None, $"{what}: {(before.Length > 0 ? before : "nothing")} becomes {(after.Length > 0 ? after : "nothing")}")];

    private static string Lifetime(Policy policy) => policy.TokenLifetime?.ToString() ?? "the broker's";

    private static IEnumerable<ChangeDetail> Registers(Policy before, Policy after)
    {
        var (old, @new) = (ByRegister(before), ByRegister(after));
        return Required("register", old.Keys, @new.Keys).Concat(old.Keys.Intersect(@new.Keys).SelectMany(
            register => Accepted($"{register} value", old[register], @new[register])));
    }

    private static Dictionary<string, ImmutableArray<string>> ByRegister(Policy policy) => policy.Pcrs
        .GroupBy(requirement => $"PCR {requirement.Pcr} ({PcrBanks.NameOf(policy.Bank)})")
        .ToDictionary(
            register => register.Key,
            register => register.SelectMany(requirement => requirement.AnyOf).Select(Text).ToImmutableArray());

    // No entry is every make.
    private static IEnumerable<ChangeDetail> Makes(string what, ImmutableArray<string> before, ImmutableArray<string> after) =>
        before.IsEmpty != after.IsEmpty ? Required(what, before, after) : Accepted(what, before, after);

    // Without a pattern no baseline is asked for; with the first one they are.
    private static IEnumerable<ChangeDetail> Baselines(Policy before, Policy after)
    {
        var (old, @new) = (before.BaselinePatterns, after.BaselinePatterns);
        return old.IsEmpty != @new.IsEmpty
            ? Required("a baseline of", old.Select(pattern => pattern.Text), @new.Select(pattern => pattern.Text))
            : Accepted("baseline", old.Select(pattern => pattern.Text), @new.Select(pattern => pattern.Text));
    }

    // What is asked of verifiers: where the number stays "all", more entries let in fewer.
    private static IEnumerable<ChangeDetail> Results(ResultsRequirement? before, ResultsRequirement? after) =>
        before is { AsksForAll: false } || after is { AsksForAll: false }
            ? Plain("results", Text(before), Text(after))
            : Required("result", before?.Expected ?? [], after?.Expected ?? []);

    private static string Text(ResultsRequirement? results) => results is null ? ""
        : $"at least {results.AtLeast} of {string.Join("; ", results.Expected)}";

    private static IEnumerable<ChangeDetail> Access(Policy? before, Policy? after)
    {
        var change = AccessChange.Of(RightsOf(before), RightsOf(after));
        return change.Gains.Select(right => new ChangeDetail(Effect.Gain, $"may {right}"))
            .Concat(change.Losses.Select(right => new ChangeDetail(Effect.Loss, $"may not {right} any more")));
    }

    // An observed policy grants nothing.
    private static ImmutableArray<AccessRight> RightsOf(Policy? policy) =>
        policy is { Mode: PolicyMode.Enforce } ? AccessRight.Of([policy]) : [];

    private static IEnumerable<(bool IsNew, string Text)> Differences(IEnumerable<string> before, IEnumerable<string> after)
    {
        var (old, @new) = (before.ToList(), after.ToList());
        return @new.Except(old, StringComparer.Ordinal).Select(text => (true, text))
            .Concat(old.Except(@new, StringComparer.Ordinal).Select(text => (false, text)));
    }

    private static string Text(KeyValuePair<string, string> label) => $"{label.Key}={label.Value}";

    private static string Text(EventRequirement requirement) => requirement is KernelRequirement or BootLoaderRequirement or OnlyEventsRequirement
        ? $"{requirement.Name} {requirement.Register}: {string.Join(" or ", requirement.Expected)}"
        : $"{requirement.Name}: {string.Join(", ", requirement.Expected)}";

    private static string Text(AcceptedValue value) => $"'{value.Label}' {Convert.ToHexStringLower(value.Value.Span)[..12]}";
}
