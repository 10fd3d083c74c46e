using Xunit;

namespace KeyBroker.Tests.Telemetry;

/// <summary>Tests of what a process has once: a broker that ends takes the instruments of another one with it.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
