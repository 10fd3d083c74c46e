using KeyBroker.Client;

namespace KeyBroker.Cli.Doctor;

/// <summary>The kept token is still good, by its time and by the broker's word.</summary>
internal static class TokenCheck
{
    private const string Check = "token";

    public static async Task<Finding> RunAsync(Invocation call)
    {
        try
        {
            var state = MachineState.Look(call.Settings.State.Value);
            if (state.Token is not { } token || state.Identity is null)
            {
                return Finding.Warn(
                    Check, "none is kept", state.Identity is null ? "enroll first" : "run 'keybroker attest'; other commands do it by themselves");
            }

            if (token.ExpiresAt <= TimeProvider.System.GetUtcNow())
            {
                return Finding.Ok(Check, $"ended at {token.ExpiresAt:u}; the next command attests by itself");
            }

            using var client = call.Client();
            await client.TryTokenAsync(call.Cancelled);
            return Finding.Ok(Check, $"until {token.ExpiresAt:u}, under {string.Join(", ", token.Policies)}");
        }
        catch (BrokerRefusedException refused)
        {
            return Finding.Fail(Check, $"not shown to this broker: {refused.Message}", "'keybroker broker attest' says what it is");
        }
        catch (BrokerUnreachableException)
        {
            return Finding.Warn(Check, "cannot be tried without the broker", "see above");
        }
        catch (BrokerException denied)
        {
            return Finding.Fail(Check, $"the broker refuses it: {denied.Message}", Advice(denied.Problem.Code));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Finding.Fail(Check, failure.Message, "run as the owner of the state folder");
        }
    }

    private static string Advice(string code) => code switch
    {
        "machine-inactive" => "ask an administrator: 'keybroker admin machines show' on the broker's host",
        "attestation-denied" => "'keybroker attest' says which register differs from what the policies expect",
        "proof-invalid" => "compare the clocks",
        _ => "run 'keybroker attest'",
    };
}
