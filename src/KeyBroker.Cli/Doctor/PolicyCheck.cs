using KeyBroker.Attestation.Policies;

namespace KeyBroker.Cli.Doctor;

/// <summary>A folder of policy files is what a broker would put in force.</summary>
internal static class PolicyCheck
{
    private const string Check = "policies";

    public static Finding Run(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return Finding.Fail(Check, $"there is no folder {folder}", "name the one of KeyBroker:PolicyDirectory");
        }

        try
        {
            var set = PolicySet.Load(folder);
            var warnings = set.WarningsAt(TimeProvider.System.GetUtcNow());
            return set.Policies.Length == 0 ? Finding.Warn(Check, $"{folder} holds none: everything is denied", "start from policies/samples")
                : warnings.Count > 0 ? Finding.Warn(Check, warnings[0].ToString(), $"'keybroker policy validate {folder}' says all")
                : Finding.Ok(Check, $"{set.Policies.Length} policies and {set.Baselines.Length} baselines are valid");
        }
        catch (PolicyException invalid)
        {
            return Finding.Fail(Check, invalid.Errors[0].ToString(), $"'keybroker policy validate {folder}' says all");
        }
    }
}
