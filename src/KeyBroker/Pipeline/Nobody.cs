using KeyBroker.Attestation;

namespace KeyBroker.Pipeline;

/// <summary>AUD-34. Whoever showed nothing that verifies is nobody, and must not fill the audit: a refusal here leaves no record.</summary>
internal static class Nobody
{
    public static T Yet<T>(Func<T> check)
    {
        try
        {
            return check();
        }
        catch (DeniedException denied)
        {
            denied.IsRecorded = true;
            throw;
        }
    }

    public static async Task<T> YetAsync<T>(Func<Task<T>> check)
    {
        try
        {
            return await check();
        }
        catch (DeniedException denied)
        {
            denied.IsRecorded = true;
            throw;
        }
    }
}
