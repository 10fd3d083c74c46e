using KeyBroker.Attestation.Policies;
using KeyBroker.Storage;
using KeyBroker.Vault;

namespace KeyBroker.Gate;

/// <summary>The part of a list that a caller may see.</summary>
internal static class Visible
{
    private const int Step = 500;

    /// <summary>Up to <paramref name="wanted"/> items after a name that the caller may read.</summary>
    /// <param name="list">Items after a name, in the order of their names, at most so many.</param>
    public static IReadOnlyList<T> To<T>(
        Caller caller, ResourceKind kind, string after, int wanted, Func<string, int, IReadOnlyList<Listed<T>>> list)
        where T : VaultItem
    {
        var found = new List<T>();
        while (found.Count < wanted)
        {
            var step = list(after, Step);
            found.AddRange(step.Where(item => caller.May(Verb.Read, kind, item.Name, item.CreatedBy)).Select(item => item.Open()).Where(IsThere));
            if (step.Count < Step)
            {
                break;
            }

            after = step[^1].Name;
        }

        return [.. found.Take(wanted)];
    }

    // LIF-17. To whom each of them would be 410 it is not listed either; administrators see the tombstones.
    private static bool IsThere(VaultItem item) => item.State != KeyVersionState.Destroyed;
}
