// tsyringe refuses to load before the metadata functions are there, so this is the only module that imports either.
import 'reflect-metadata/lite'

export { container as globalContainer, inject, injectable, type DependencyContainer } from 'tsyringe'
