using System.Runtime.CompilerServices;
using KeyBroker.Tpm.Commands;
using Xunit;

namespace KeyBroker.Tpm.Tests.Commands;

/// <summary>Holds every command's descriptor against what a real TPM says of that command.</summary>
public sealed class DescriptorTests : OnSwtpm
{
    private const uint ReturnsHandle = 1 << 28;

    /// <summary>Known for the policy digests that they make (Part 3, 23), and never sent.</summary>
    private static readonly TpmCommandCode[] s_digestsOnly = [TpmCommandCode.PolicyLocality, TpmCommandCode.PolicyPhysicalPresence];

    [Fact]
    public void Every_command_has_the_handles_the_tpm_expects()
    {
        var known = Tpm.Execute(new GetCapability(TpmCapability.Commands, 0, 254)).ToNumbers()
            .Where(attributes => attributes >> 29 == 0)
            .ToDictionary(attributes => (TpmCommandCode)(attributes & 0xFFFF));
        var descriptors = Descriptors().ToList();

        Assert.Equal(
            Enum.GetValues<TpmCommandCode>().Except(s_digestsOnly).Order(), descriptors.Select(descriptor => descriptor.Code).Order());
        Assert.All(descriptors, descriptor =>
        {
            var attributes = known[descriptor.Code];
            Assert.Equal((attributes & ReturnsHandle) != 0, descriptor.ReturnsHandle);
            Assert.InRange(descriptor.AuthHandles, 0, (int)((attributes >> 25) & 0b111));
        });
    }

    private static IEnumerable<CommandDescriptor> Descriptors() =>
        from type in typeof(TpmCommand<>).Assembly.GetTypes()
        where type is { IsAbstract: false, Namespace: "KeyBroker.Tpm.Commands" }
        let property = type.GetProperty(
            "Descriptor", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)
        where property is not null
        select (CommandDescriptor)property.GetValue(RuntimeHelpers.GetUninitializedObject(type))!;
}
