namespace KeyBroker.Cli.Doctor;

/// <summary>The file of settings can be read, and what it says makes sense.</summary>
internal static class ConfigurationCheck
{
    private const string Check = "configuration";

    public static Finding Run(Invocation call)
    {
        try
        {
            var chosen = call.Settings.All.Where(setting => setting.IsChosen).GroupBy(setting => setting.Origin)
                .Select(origin => $"{string.Join(", ", origin.Select(setting => setting.Name))} from {origin.Key}").ToList();
            _ = call.BrokerUrl();
            return Finding.Ok(Check, chosen.Count == 0 ? "defaults only" : string.Join("; ", chosen));
        }
        catch (UsageException wrong)
        {
            return Finding.Fail(Check, wrong.Message, "mend it, or see 'keybroker help configuration'");
        }
    }
}
