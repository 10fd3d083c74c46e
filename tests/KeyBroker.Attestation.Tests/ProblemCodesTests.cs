using System.Reflection;
using Xunit;

namespace KeyBroker.Attestation.Tests;

public sealed class ProblemCodesTests
{
    [Fact]
    public void Every_code_has_a_status()
    {
        var codes = typeof(ProblemCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(codes.Order(), ProblemCodes.All.Order());
        Assert.All(ProblemCodes.All, code => Assert.InRange(ProblemCodes.StatusOf(code), 400, 503));
    }
}
