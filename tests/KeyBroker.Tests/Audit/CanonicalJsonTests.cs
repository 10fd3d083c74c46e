using System.Text.Json.Nodes;
using KeyBroker.Audit;
using Xunit;

namespace KeyBroker.Tests.Audit;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b": 1, "a": [true, null, {"d":-5,"c":"x"}] }""", """{"a":[true,null,{"c":"x","d":-5}],"b":1}""")]
    [InlineData("""["\u20ac","\u000f","\nA'B\"\\\/<>&+","\ud83d\ude00","\u007f"]""", "[\"€\",\"\\u000f\",\"\\nA'B\\\"\\\\/<>&+\",\"😀\",\"\u007f\"]")]
    [InlineData("{}", "{}")]
    public void Writes_the_form_of_RFC_8785(string given, string expected) =>
        Assert.Equal(expected, CanonicalJson.Text(JsonNode.Parse(given)));
}
